import { learn, stamp } from './clock.js';
import { ApiProblem } from './problems.js';

/** A request without an answer by now is given up; the outcome is then unknown, and asking again is safe for every call made here. */
const TIMEOUT_MS = 10_000;

/**
 * The HTTP contract, one method per endpoint. Each resolves with the JSON body or rejects with an {@link ApiProblem}.
 * @param {{ token: () => Promise<string | null>, renew: () => Promise<string | null> }} session
 *   Where tokens come from. `renew` is asked once after a 401; it answers null where the page cannot sign in by itself.
 */
export function createApi(session) {
  async function send(method, path, body, token, extraHeaders, keepalive = false) {
    const headers = { ...extraHeaders, Accept: 'application/json, application/problem+json' };
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    try {
      return await fetch(path, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        cache: 'no-store',
        keepalive,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (cause) {
      throw ApiProblem.network(cause);
    }
  }

  async function call(method, path, body, headers) {
    const token = await session.token();
    let response = await send(method, path, body, token, headers);
    if (response.status === 401) {
      // Expired while the page was open, most likely. A second 401 is an answer.
      const renewed = await session.renew();
      if (renewed) response = await send(method, path, body, renewed, headers);
    }
    if (!response.ok) throw await ApiProblem.fromResponse(response);
    if (response.status === 204 || !response.headers.get('Content-Type')?.includes('json')) return null;
    return response.json();
  }

  async function callForTime(path) {
    const sentAt = stamp();
    const body = await call('GET', path);
    learn(body.serverTime, sentAt);
    return body;
  }

  const segment = encodeURIComponent;
  const room = (saleId) => `/api/v1/sales/${segment(saleId)}/waiting-room`;
  const ticketed = (ticket) => ({ 'X-Waiting-Room-Ticket': ticket });
  return {
    sales: async () => (await callForTime('/api/v1/sales')).sales,
    sale: (saleId) => callForTime(`/api/v1/sales/${segment(saleId)}`),
    /** @param {string | null} token A grab token, where the sale wants one. */
    grab: (saleId, skuId, token = null) =>
      call('POST', `/api/v1/sales/${segment(saleId)}/items/${segment(skuId)}/grabs`, undefined, token ? { 'X-Grab-Token': token } : undefined),
    /** @param {{ challenge: string, nonce: number } | undefined} solution Of the challenge that a first answer asked to be solved. */
    grabToken: (saleId, skuId, solution) => call('POST', `/api/v1/sales/${segment(saleId)}/items/${segment(skuId)}/grab-token`, solution),
    /** A place in the sale's waiting room: a new one, or the one that the buyer has. */
    joinRoom: (saleId) => call('POST', room(saleId)),
    lookAtRoom: (saleId, ticket) => call('GET', room(saleId), undefined, ticketed(ticket)),
    leaveRoom: (saleId, ticket) => call('DELETE', room(saleId), undefined, ticketed(ticket)),
    /** For a page that is being closed: outlives it, and asks nothing after the answer. */
    closeRoom: async (saleId, ticket) => send('DELETE', `${room(saleId)}?closing=true`, undefined, await session.token(), ticketed(ticket), true),
    orders: async () => (await call('GET', '/api/v1/orders')).orders,
    /** Begins a payment, or finds the one that this key began. */
    pay: (orderId, amount, key) => call('POST', `/api/v1/orders/${segment(orderId)}/payments`, { amount }, { 'Idempotency-Key': key }),
    payments: async (orderId) => (await call('GET', `/api/v1/orders/${segment(orderId)}/payments`)).payments,
    createSale: (sale) => call('POST', '/api/v1/admin/sales', sale),
    editSale: (saleId, head) => call('PUT', `/api/v1/admin/sales/${segment(saleId)}`, head),
    setAdmission: (saleId, admission) => call('PUT', `/api/v1/admin/sales/${segment(saleId)}/admission`, admission),
    /** @param {'open' | 'pause' | 'resume' | 'close' | 'warm-up'} action */
    act: (saleId, action) => call('POST', `/api/v1/admin/sales/${segment(saleId)}/${action}`),
    reconciliation: (saleId) => call('GET', `/api/v1/admin/sales/${segment(saleId)}/reconciliation`),
    deadLetters: async () => (await call('GET', '/api/v1/admin/dead-letters?limit=100')).letters,
    /** @param {'replay' | 'discard'} decision */
    decideDeadLetter: (id, decision) => call('POST', `/api/v1/admin/dead-letters/${segment(id)}/${decision}`),
    killSwitch: () => call('GET', '/api/v1/admin/kill-switch'),
    throwKillSwitch: (on) => call('PUT', '/api/v1/admin/kill-switch', { on }),
    presence: (user) => call('GET', `/api/v1/admin/push/presence${user ? `?user=${segment(user)}` : ''}`),
    orderTrace: (orderId) => call('GET', `/api/v1/admin/orders/${segment(orderId)}/trace`),
    /** @param {string | null} before Id of the oldest entry that is known; null for the newest ones. */
    audit: (before, max) => call('GET', `/api/v1/admin/audit?max=${max}${before ? `&before=${segment(before)}` : ''}`),
    /** @param {number} after Unix time of the last second that is known; 0 for all that are kept. */
    live: (saleId, after) => call('GET', `/api/v1/admin/sales/${segment(saleId)}/live?after=${after}`),
    stats: (saleId) => call('GET', `/api/v1/admin/sales/${segment(saleId)}/stats`),
  };
}

/** `/healthz` answers 503 with the same body when a part is down, and that is an answer, not an error. */
export async function fetchHealth() {
  const response = await fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS) });
  return response.json();
}

/** What the pages are told about their surroundings: `{ hubUrl, development }`. */
export async function fetchConfig() {
  const response = await fetch('/config.json', { cache: 'no-store' });
  if (!response.ok) throw await ApiProblem.fromResponse(response);
  return response.json();
}
