import { START, type Position, type PositionStore } from './position.js';

/**
 * In the browser's localStorage, so that a reloaded page resumes where it stood. Tabs of one user share the stored copy; each client keeps its own in memory, and none lowers
 * the stored one within an epoch, unless the server itself began the numbers anew.
 */
export class LocalPositionStore implements PositionStore {
  readonly #key: string;
  readonly #storage: Pick<Storage, 'getItem' | 'setItem'>;

  /** @param key Of its own for each user, for example `seckill.push.alice`. */
  constructor(key: string, storage: Pick<Storage, 'getItem' | 'setItem'> = globalThis.localStorage) {
    this.#key = key;
    this.#storage = storage;
  }

  load(): Position {
    try {
      // Pages of the version before wrote lastSeq.
      const { epoch, lastSeq, seq = lastSeq } = JSON.parse(this.#storage.getItem(this.#key) ?? '{}');
      return typeof epoch === 'string' && Number.isSafeInteger(seq) && seq >= 0 ? { epoch, seq: epoch ? seq : 0 } : START;
    } catch {
      // Not readable, or written by somebody else: as if it had never been.
      return START;
    }
  }

  save(position: Position, anew = false): void {
    const stored = this.load();
    if (!anew && stored.epoch === position.epoch && stored.seq >= position.seq) return;
    try {
      this.#storage.setItem(this.#key, JSON.stringify(position));
    } catch {
      // Full, or forbidden.
    }
  }
}
