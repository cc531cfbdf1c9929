import { START, type Position, type PositionStore } from './position.js';

/** For clients that keep nothing over a restart: they are sent again what the mailbox still holds. */
export class MemoryPositionStore implements PositionStore {
  #position: Position;

  constructor(position: Position = START) {
    this.#position = position;
  }

  load(): Position {
    return this.#position;
  }

  save(position: Position): void {
    this.#position = position;
  }
}
