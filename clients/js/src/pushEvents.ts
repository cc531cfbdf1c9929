import type { Gap } from './inbox.js';
import type { Message, MessageOf, MessageType } from './messages.js';

/**
 * `connecting` until the first resume; `online` from a resume to the loss of its connection; `offline` while the network is known to be away; `reconnecting` otherwise;
 * `closed` when nothing is tried any more: stopped, or cut off for good.
 */
export type PushStatus = 'connecting' | 'online' | 'reconnecting' | 'offline' | 'closed';

/** A call that the server refused for good. */
export interface Refusal {
  readonly saleId: string;
  /** As tabled in docs/push-protocol.md. */
  readonly code: string;
}

/** What a {@link PushClient} tells, by name: each message type by its own, and `message` for all of them. */
export type PushEvents = { readonly [Type in MessageType]: MessageOf<Type> } & {
  readonly message: Message;
  readonly gap: Gap;
  readonly status: PushStatus;
  /** A sale cannot be watched, and is not any more. */
  readonly refused: Refusal;
  /** The server ended it for good. Detail: the code; `push.token-revoked` means log in anew, then start again. */
  readonly closed: string;
};
