/**
 * What this operator may do, as the servers tell: a part that was answered with 403 is not offered again. Nothing is guessed from the token: its roles are the servers' business.
 * Event `change` when a right turned out to be missing.
 */
export class Rights extends EventTarget {
  #denied = new Set();

  may = (right) => !this.#denied.has(right);

  /** Reads something; null when it may not be read, or cannot be now. */
  async look(right, read) {
    if (!this.may(right)) return null;
    try {
      return await read();
    } catch (problem) {
      this.#note(right, problem);
      return null;
    }
  }

  /** Does something; rejects with what the servers said. */
  async act(right, action) {
    try {
      return await action();
    } catch (problem) {
      this.#note(right, problem);
      throw problem;
    }
  }

  #note(right, problem) {
    // 404: these servers are older than the page, and have nothing of the kind.
    const missing = problem.kind === 'forbidden' || problem.kind === 'not-found';
    if (!missing || this.#denied.has(right)) return;
    this.#denied.add(right);
    this.dispatchEvent(new Event('change'));
  }
}
