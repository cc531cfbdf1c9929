const waiting = new Set();
let asked = false;

/** Draws at the next frame, however often it is asked for until then; all charts share one frame, and none measures the page in it. */
export function drawSoon(draw) {
  waiting.add(draw);
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    const due = [...waiting];
    waiting.clear();
    for (const each of due) each();
  });
}
