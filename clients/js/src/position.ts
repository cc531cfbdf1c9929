/** The place in one user's mailbox up to which messages were taken; `{ epoch: '', seq: 0 }` before the first. */
export interface Position {
  readonly epoch: string;
  readonly seq: number;
}

export const START: Position = { epoch: '', seq: 0 };

/** Keeps a position over the life of one client. Neither method may throw: a position that is lost costs repetitions, not messages. */
export interface PositionStore {
  load(): Position;
  /**
   * Called once per frame that moved the position.
   * @param anew The server began the numbers anew: the position may be lower than one that was saved under the same epoch, and replaces it.
   */
  save(position: Position, anew?: boolean): void;
}
