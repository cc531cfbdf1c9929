import { tOr } from '../i18n.js';

/** Empty and unreadable numbers go as null: the server names the fault. */
export const numberOrNull = (text) => (text === '' || Number.isNaN(Number(text)) ? null : Number(text));

export const isoOrNull = (local) => {
  const time = new Date(local);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
};

/** A moment as `datetime-local` wants it: local time without a zone. */
export function localInput(ms) {
  const zoneMs = new Date(ms).getTimezoneOffset() * 60_000;
  return new Date(ms - zoneMs).toISOString().slice(0, 19);
}

/** A problem in the reader's language; the server's own words where the page has none. */
export const problemText = (problem) => tOr(`problem.${problem.kind}`, problem.message);

/** A fault of a field likewise: `items[3].stock` is explained as `items.stock`. */
const faultText = (path, texts) => tOr(`fault.${path.replace(/\[\d+\]/g, '')}`, [texts].flat().join(' '));

/**
 * Shows what the server says is wrong, at the fields that it names; what names none goes on top. The first faulty field gets the focus.
 * @param {(path: string) => Element | null} inputOf The input of `name`, `items[0].stock`, `admission.burst`, …
 */
export function showProblem(form, summary, problem, inputOf) {
  for (const input of form.querySelectorAll('[aria-invalid]')) {
    input.removeAttribute('aria-invalid');
    input.parentElement.querySelector('.field-error').textContent = '';
  }
  const unplaced = [];
  for (const [path, texts] of Object.entries(problem?.body?.errors ?? {})) {
    const text = faultText(path, texts);
    const input = inputOf(path);
    if (!input) {
      unplaced.push(text);
      continue;
    }
    input.setAttribute('aria-invalid', 'true');
    input.parentElement.querySelector('.field-error').textContent = text;
  }
  if (problem && !problem.body?.errors) unplaced.push(problemText(problem));
  summary.hidden = unplaced.length === 0;
  summary.textContent = unplaced.join(' ');
  form.querySelector('[aria-invalid]')?.focus();
}
