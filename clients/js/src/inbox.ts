import { isMessage, type Incoming, type Message, type PositionAnswer } from './messages.js';
import type { Position } from './position.js';
import { RecentIds } from './recentIds.js';

/** Messages may have been missed for good: read the state by HTTP. */
export interface Gap {
  /** The mailbox began a new life. */
  readonly epochChanged: boolean;
  /** Messages were dropped before they could be delivered. */
  readonly truncated: boolean;
}

/** Who is told, in the order in which things were sent: a gap comes before the messages that follow it. */
export interface Reader {
  message(message: Message): void;
  gap(gap: Gap): void;
}

/**
 * The rules of docs/push-protocol.md by which a client keeps its position and tells each message once.
 *
 * Two guards, each for what the other cannot see. The number drops what comes again under the same epoch: sent again because it was not confirmed in time, or by a resume from a position that
 * another tab wrote. The id drops what comes again under another number: after a new epoch, and the turn of a message whose copy was sent ahead. A message dropped by its id still
 * moves the position: the next resume must not ask for it.
 */
export class Inbox {
  #position: Position;
  #anew = false;
  readonly #shown: RecentIds;

  constructor(position: Position, rememberedIds: number) {
    this.#position = position;
    this.#shown = new RecentIds(rememberedIds);
  }

  get position(): Position {
    return this.#position;
  }

  /** Whether the last frame began the numbers anew: then a lower position is the right one. */
  get anew(): boolean {
    return this.#anew;
  }

  /**
   * Takes one frame. Returns the number to confirm, 0 for none: the position, if the frame brought any number under the epoch that now holds. Known ones count: whoever
   * repeats them has not heard that they were taken.
   */
  take(envelopes: readonly Incoming[], reader: Reader): number {
    let numbered = false;
    this.#anew = false;
    for (const envelope of envelopes) {
      if (envelope.type === 'push.position') {
        if (this.#reposition(envelope.payload)) numbered = false;
        if (!envelope.payload.recovered) reader.gap({ epochChanged: envelope.payload.epochChanged, truncated: envelope.payload.truncated });
        continue;
      }

      numbered ||= envelope.seq > 0;
      if (this.#isNew(envelope) && isMessage(envelope)) reader.message(envelope);
    }
    return numbered ? this.#position.seq : 0;
  }

  #isNew({ seq, id, ahead }: Incoming): boolean {
    // Of a whole sale and without a place in the mailbox: the latest wins, and it may well be told again.
    if (seq === 0 && !ahead) return true;
    if (seq > 0) {
      if (seq <= this.#position.seq) return false;
      this.#position = { epoch: this.#position.epoch, seq };
    }
    return this.#shown.add(id);
  }

  /** True when numbers start anew. They do so under the same epoch too, if the server has fewer messages than we had (its Redis came back from an older copy). */
  #reposition({ epoch, epochChanged, afterSeq = 0 }: PositionAnswer): boolean {
    if (epoch === this.#position.epoch && !epochChanged) return false;
    this.#position = { epoch, seq: afterSeq };
    this.#anew = true;
    return true;
  }
}
