/** A SignalR connection whose other end is the test. Answers every call at once unless told otherwise; records what was called. */
export class FakeConnection {
  calls = [];
  stopped = false;
  #handlers = {};
  #closed = [];
  #answers;

  /** @param {Record<string, (...values: unknown[]) => unknown>} answers By method, `start` included; one that throws refuses. */
  constructor(answers = {}) {
    this.#answers = answers;
  }

  start = () => this.invoke('start');

  stop = async () => {
    this.stopped = true;
  };

  invoke = async (method, ...values) => {
    this.calls.push([method, ...values]);
    return this.#answers[method]?.(...values);
  };

  send = this.invoke;

  on = (method, handler) => {
    this.#handlers[method] = handler;
  };

  onclose = (handler) => this.#closed.push(handler);

  /** The server sends a frame. */
  receive(...envelopes) {
    this.#handlers.Receive(envelopes);
  }

  /** The server, or the network, ends it. */
  close(text) {
    for (const closed of this.#closed) closed(text === undefined ? undefined : new Error(`Server returned an error on close: ${text}`));
  }

  /** The arguments of each call of a method. */
  of(method) {
    return this.calls.filter(([name]) => name === method).map(([, ...values]) => values);
  }
}
