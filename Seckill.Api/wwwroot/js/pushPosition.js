/**
 * The place in one user's mailbox up to which this browser has taken messages: `{ epoch, lastSeq }`, `''` and 0 while there is none. Kept in localStorage, so that a
 * reloaded page resumes where it stood. Tabs of one user share the stored copy; each keeps its own in memory, and a tab never lowers it.
 */
export class PushPosition {
  #key;
  epoch;
  lastSeq;

  constructor(userId) {
    this.#key = `seckill.push.${userId}`;
    const stored = this.#stored();
    this.epoch = stored.epoch;
    this.lastSeq = stored.lastSeq;
  }

  /** A mailbox of another epoch numbers its messages from the start again. */
  startEpoch(epoch) {
    this.epoch = epoch;
    this.lastSeq = 0;
    this.#save();
  }

  advance(seq) {
    this.lastSeq = seq;
    this.#save();
  }

  #save() {
    const stored = this.#stored();
    if (stored.epoch === this.epoch && stored.lastSeq >= this.lastSeq) return;
    localStorage.setItem(this.#key, JSON.stringify({ epoch: this.epoch, lastSeq: this.lastSeq }));
  }

  #stored() {
    try {
      const { epoch, lastSeq } = JSON.parse(localStorage.getItem(this.#key) ?? '{}');
      return { epoch: epoch ?? '', lastSeq: Number.isSafeInteger(lastSeq) ? lastSeq : 0 };
    } catch {
      return { epoch: '', lastSeq: 0 };
    }
  }
}
