import { ApiProblem } from './problems.js';

/**
 * Who is at the page.
 *
 * In Production the shop that embeds these pages signs its buyers in and leaves the bearer token of this engine under the localStorage
 * key `seckill.token` (`seckill.admin.token` for the cockpit) before it sends them here; without one the page shows a sign-in notice.
 * In Development (`config.json` says so) the page invents a user and asks `POST /api/v1/dev/tokens` for a token by itself.
 */
export class Session {
  #keys;
  #role;
  #development;
  #pending = null;

  /** @param {'buyer' | 'admin'} role */
  constructor(role, development) {
    const prefix = role === 'admin' ? 'seckill.admin.' : 'seckill.';
    this.#keys = { token: `${prefix}token`, user: `${prefix}user` };
    this.#role = role;
    this.#development = development;
  }

  get development() {
    return this.#development;
  }

  /** The user id: as signed in by ourselves, else the token's subject, else null. */
  get userId() {
    return localStorage.getItem(this.#keys.user) ?? subjectOf(localStorage.getItem(this.#keys.token));
  }

  /** The token at hand; in Development a new one when there is none. Null means: not signed in. */
  token = async () => localStorage.getItem(this.#keys.token) ?? this.renew();

  /** A new token for the same user, or null where only the shop can give one. Calls made meanwhile share one request. */
  renew = async () => {
    if (!this.#development) return null;
    this.#pending ??= this.#request().finally(() => {
      this.#pending = null;
    });
    return this.#pending;
  };

  /** Development: forgets this user; the next token is for another one. */
  startOver() {
    localStorage.removeItem(this.#keys.token);
    localStorage.removeItem(this.#keys.user);
  }

  async #request() {
    const userId = localStorage.getItem(this.#keys.user) ?? inventUser(this.#role);
    localStorage.setItem(this.#keys.user, userId);
    let response;
    try {
      response = await fetch('/api/v1/dev/tokens', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ userId, role: this.#role }),
      });
    } catch (cause) {
      throw ApiProblem.network(cause);
    }
    if (!response.ok) throw await ApiProblem.fromResponse(response);
    const { accessToken } = await response.json();
    localStorage.setItem(this.#keys.token, accessToken);
    return accessToken;
  }
}

function inventUser(role) {
  const bytes = crypto.getRandomValues(new Uint8Array(4));
  return `${role}-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** Reads the subject out of a JWT, for display and for keys of local state only: the servers alone verify. */
function subjectOf(token) {
  try {
    const payload = token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/');
    return JSON.parse(atob(payload)).sub ?? null;
  } catch {
    return null;
  }
}
