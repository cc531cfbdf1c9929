/** After these the place is gone, or the ticket is no good: joining again gives a place, or finds the one there is. */
const REJOIN = new Set(['waiting-room-place-lost', 'waiting-room-emptied', 'waiting-room-ticket-expired', 'waiting-room-ticket-invalid']);

/** A closed page that comes back within so long joins again by itself: the server keeps its place for some seconds. */
const RESUME_WITHIN_MS = 30_000;

const RESUME_KEY = 'seckill.waiting';

/**
 * The buyer's place in the waiting room of the sale that the page shows; one, whichever items he waits for.
 *
 * It moves by pushed messages between looks. A push may also be what makes it look: timers of a page in the background may sleep for a minute, messages
 * of a socket come through, and a place whose page is not heard is given away.
 */
export class WaitingRoom {
  #api;
  #waiters = new Set();
  #run = 0;
  #saleId = null;
  #standing = null;
  #startedAhead = 0;
  #lookedAt = 0;
  #wake = () => {};

  constructor(api) {
    this.#api = api;
    addEventListener('pagehide', () => this.#close());
    addEventListener('pageshow', () => this.#wake());
    document.addEventListener('visibilitychange', () => this.#wakeIfDue());
  }

  /**
   * Joins, and resolves when the buyer is let in. Aborting leaves the room, unless another item is waited for.
   * @param {string} saleId
   * @param {{ signal: AbortSignal, skuId: string, onMove: (place: { place: number, ahead: number, waitMs: number, share: number }) => void }} options
   */
  enter(saleId, { signal, skuId, onMove }) {
    return new Promise((resolve, reject) => {
      const waiter = { skuId, resolve, reject, onMove };
      signal.addEventListener('abort', () => this.#giveUp(waiter, signal.reason), { once: true });
      this.#waiters.add(waiter);
      if (this.#waiters.size === 1) void this.#wait(saleId);
      else this.#tell();
    });
  }

  /** Takes a `room.progress` message. People who left ahead make the true position better than this one; the next look tells it. */
  hear({ saleId, head, admitPerSecond }) {
    if (saleId !== this.#saleId || this.#standing?.state !== 'waiting') return;
    const { place, ahead } = this.#standing;
    this.#standing.ahead = Math.max(0, Math.min(ahead, place - head - 1));
    this.#standing.estimatedWaitMs = Math.ceil(((this.#standing.ahead + 1) * 1000) / admitPerSecond);
    this.#tell();
    if (head >= place) this.#wake();
    else this.#wakeIfDue();
  }

  /** The item that was waited for when this page was loaded anew; null when none was, or too long ago. */
  static takeResumed(saleId) {
    try {
      const kept = JSON.parse(sessionStorage.getItem(RESUME_KEY));
      sessionStorage.removeItem(RESUME_KEY);
      return kept?.saleId === saleId && Date.now() - kept.at < RESUME_WITHIN_MS ? kept.skuId : null;
    } catch {
      return null;
    }
  }

  async #wait(saleId) {
    const run = ++this.#run;
    const goesOn = () => run === this.#run && this.#waiters.size > 0;
    this.#saleId = saleId;
    this.#standing = null;
    try {
      let standing = await this.#api.joinRoom(saleId);
      this.#startedAhead = standing.ahead;
      while (goesOn() && standing.state !== 'admitted') {
        this.#standing = standing;
        this.#lookedAt = performance.now();
        this.#tell();
        await this.#pause(standing.lookAgainMs);
        if (goesOn()) standing = await this.#look(saleId, this.#standing);
      }
      if (run !== this.#run) return;
      // Given up before there was a ticket to give back.
      if (this.#waiters.size === 0 && this.#standing === null) this.#leave(saleId, standing.ticket);
      this.#end((waiter) => waiter.resolve());
    } catch (problem) {
      if (run === this.#run) this.#end((waiter) => waiter.reject(problem));
    }
  }

  async #look(saleId, before) {
    try {
      return await this.#api.lookAtRoom(saleId, before.ticket);
    } catch (problem) {
      if (REJOIN.has(problem.kind)) return this.#api.joinRoom(saleId);
      // Nobody answered, or not now: the place is kept for longer than one look.
      if (problem.outcomeUnknown || problem.status === 503 || problem.kind === 'throttled-visits') return before;
      throw problem;
    }
  }

  #pause(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #wakeIfDue() {
    if (this.#standing && performance.now() - this.#lookedAt >= this.#standing.lookAgainMs) this.#wake();
  }

  #tell() {
    if (!this.#standing) return;
    const { place, ahead, estimatedWaitMs } = this.#standing;
    const share = this.#startedAhead > 0 ? 1 - ahead / this.#startedAhead : 0;
    for (const waiter of this.#waiters) waiter.onMove({ place, ahead, waitMs: estimatedWaitMs, share: Math.max(0, share) });
  }

  #giveUp(waiter, reason) {
    if (!this.#waiters.delete(waiter)) return;
    waiter.reject(reason);
    if (this.#waiters.size > 0 || !this.#standing) return;
    this.#leave(this.#saleId, this.#standing.ticket);
    this.#wake();
  }

  // Not waited for: a place that could not be given back ends when its page is silent.
  #leave(saleId, ticket) {
    this.#api.leaveRoom(saleId, ticket).catch(() => {});
  }

  #end(how) {
    this.#standing = null;
    for (const waiter of this.#waiters) how(waiter);
    this.#waiters.clear();
  }

  #close() {
    if (this.#standing?.state !== 'waiting' || this.#waiters.size === 0) return;
    const [{ skuId }] = this.#waiters;
    sessionStorage.setItem(RESUME_KEY, JSON.stringify({ saleId: this.#saleId, skuId, at: Date.now() }));
    this.#api.closeRoom(this.#saleId, this.#standing.ticket).catch(() => {});
  }
}
