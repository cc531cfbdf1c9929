/** What is known about the network apart from the connection itself. Where there is no browser, anything that knows may stand in (NetInfo of React Native, for example). */
export interface Network {
  readonly online: boolean;
  /** Calls back when `online` may have changed, or when somebody looks at the page again. Returns what ends that. */
  subscribe(changed: () => void): () => void;
}

const ALWAYS_ONLINE: Network = { online: true, subscribe: () => () => {} };

/** The browser's word for it; where there is none (Node), always online, and the connection alone tells. */
export function currentNetwork(): Network {
  const { navigator, document } = globalThis as Partial<typeof globalThis>;
  if (typeof navigator?.onLine !== 'boolean' || typeof globalThis.addEventListener !== 'function') return ALWAYS_ONLINE;
  return {
    get online() {
      return navigator.onLine;
    },
    subscribe(changed) {
      const seen = () => {
        if (document?.visibilityState === 'visible') changed();
      };
      globalThis.addEventListener('online', changed);
      globalThis.addEventListener('offline', changed);
      document?.addEventListener('visibilitychange', seen);
      return () => {
        globalThis.removeEventListener('online', changed);
        globalThis.removeEventListener('offline', changed);
        document?.removeEventListener('visibilitychange', seen);
      };
    },
  };
}
