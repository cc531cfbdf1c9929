import { serverNow } from './clock.js';
import { solve } from './proofOfWork.js';

/** A token that ends this soon is not worth showing: it may be over when the grab arrives. */
const NEARLY_OVER_MS = 3_000;

/** A challenge may run out while a slow device works on it; one more is tried, then the buyer is told. */
const MAX_CHALLENGES = 2;

/** The grab tokens of this page, one per item. What is in it was issued and is not known to be used. */
export class TokenPurse {
  #api;
  #tokens = new Map();

  constructor(api) {
    this.#api = api;
  }

  /**
   * The token for an item: the one at hand, or a new one, worked for if the sale wants that. Null where the sale asks for none.
   * @param {object} sale
   * @param {string} skuId
   * @param {{ signal: AbortSignal, onProgress: (share: number) => void }} options
   */
  async take(sale, skuId, options) {
    if ((sale.admission?.grabToken ?? 'none') === 'none') return null;
    if (this.has(sale.saleId, skuId)) return this.#tokens.get(skuId).token;
    const { token, expiresAt } = await this.#earn(sale.saleId, skuId, options);
    this.#tokens.set(skuId, { saleId: sale.saleId, token, expiresAt: Date.parse(expiresAt) });
    return token;
  }

  /** Whether a token is at hand that is worth showing. */
  has(saleId, skuId) {
    const kept = this.#tokens.get(skuId);
    return kept?.saleId === saleId && kept.expiresAt - serverNow() > NEARLY_OVER_MS;
  }

  /** Throws a token away that is used, or that nobody takes. */
  forget(skuId) {
    this.#tokens.delete(skuId);
  }

  async #earn(saleId, skuId, { signal, onProgress }) {
    let solution;
    for (let challenges = 0; ; challenges++) {
      try {
        return await this.#api.grabToken(saleId, skuId, solution);
      } catch (problem) {
        const challenge = problem.body?.challenge;
        if (!challenge || challenges === MAX_CHALLENGES) throw problem;
        onProgress(0);
        solution = { challenge: challenge.text, nonce: await solve(challenge, { signal, onProgress }) };
      }
    }
  }
}
