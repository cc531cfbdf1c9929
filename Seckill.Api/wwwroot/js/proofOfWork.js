/**
 * Solves a challenge in a worker, so that the page stays alive.
 * @param {{ text: string, bits: number }} challenge
 * @param {{ signal: AbortSignal, onProgress: (share: number) => void }} options
 *   `share` is the chance, 0 to 1, that work so far would have been enough: it rises steadily and never promises an end, as the end is a matter of luck.
 * @returns {Promise<number>} the nonce; rejects with the signal's reason when it is given up
 */
export function solve({ text, bits }, { signal, onProgress }) {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const worker = new Worker(new URL('proofOfWork.worker.js', import.meta.url));
    const end = (settle, value) => {
      worker.terminate();
      signal.removeEventListener('abort', giveUp);
      settle(value);
    };
    const giveUp = () => end(reject, signal.reason);
    signal.addEventListener('abort', giveUp);
    worker.addEventListener('message', ({ data }) => {
      if ('nonce' in data) end(resolve, data.nonce);
      else onProgress(1 - Math.exp(-data.tried / 2 ** bits));
    });
    worker.addEventListener('error', (event) => end(reject, new Error(event.message || 'The worker could not be started.')));
    worker.postMessage({ text, bits });
  });
}
