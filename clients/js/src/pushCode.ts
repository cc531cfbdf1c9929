/** The code in the text of a refusal or of a close message, as tabled in docs/push-protocol.md; null when the server named none. SignalR puts words of its own before it. */
export function pushCodeOf(error: unknown): string | null {
  return error instanceof Error ? (/\bpush\.[a-z-]+(?=:)/.exec(error.message)?.[0] ?? null) : null;
}

/** A connection that ends with this would end so again: reconnecting would knock for ever. */
export function isFinal(code: string | null): code is string {
  return code === 'push.token-revoked' || code === 'push.bad-argument';
}

/** Watching this sale will be refused again; any other refusal passes. */
export function isWatchRefusal(code: string | null): code is string {
  return code === 'push.bad-argument' || code === 'push.too-many-watched';
}
