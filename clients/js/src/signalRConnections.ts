import type * as SignalR from '@microsoft/signalr';

/** What a {@link PushClient} uses of a SignalR connection. */
export type Connection = Pick<SignalR.HubConnection, 'start' | 'stop' | 'invoke' | 'send' | 'on' | 'onclose'>;

/** Makes a connection that is not started yet; called for each attempt. */
export type ConnectionFactory = () => Connection;

/** The module `@microsoft/signalr`, or the global that its browser script makes. Handed in, so that this package runs in a page without a bundler. */
export type SignalRModule = Pick<typeof SignalR, 'HubConnectionBuilder' | 'HttpTransportType' | 'LogLevel'>;

export interface SignalROptions {
  /** For example `https://shop.example/hubs/push`. */
  readonly hubUrl: string;
  /** The bearer token, asked for at each attempt; null or empty for none. */
  readonly accessToken: () => Promise<string | null>;
  /** Names this device: 1 to 64 letters, digits and `-_.@|+`, made up once and kept. Default: none. */
  readonly deviceId?: string;
  /** Default `webSockets`, without negotiation: any hub node behind any balancer will do. The others need a balancer that keeps a client on its node. */
  readonly transport?: 'webSockets' | 'serverSentEvents' | 'longPolling';
  /** Default 30 s: the hub sends keep-alives well within; silence beyond is a dead connection, whatever the socket says. */
  readonly serverTimeoutMs?: number;
}

const TRANSPORTS = { webSockets: 'WebSockets', serverSentEvents: 'ServerSentEvents', longPolling: 'LongPolling' } as const;

export function signalRConnections(signalR: SignalRModule, options: SignalROptions): ConnectionFactory {
  const { hubUrl, accessToken, deviceId, transport = 'webSockets', serverTimeoutMs = 30_000 } = options;
  const url = deviceId === undefined ? hubUrl : `${hubUrl}${hubUrl.includes('?') ? '&' : '?'}device=${encodeURIComponent(deviceId)}`;
  return () => {
    const connection = new signalR.HubConnectionBuilder()
      .withUrl(url, {
        transport: signalR.HttpTransportType[TRANSPORTS[transport]],
        skipNegotiation: transport === 'webSockets',
        accessTokenFactory: async () => (await accessToken()) ?? '',
      })
      .configureLogging(signalR.LogLevel.None)
      .build();
    connection.serverTimeoutInMilliseconds = serverTimeoutMs;
    return connection;
  };
}
