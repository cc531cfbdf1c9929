const TYPE_PREFIX = 'urn:seckill:error:';

const NEW_TOKEN = new Set(['grab-token-required', 'grab-token-invalid', 'grab-token-expired', 'grab-token-used']);

/**
 * A request that did not succeed. `name` is the permanent name out of the problem's `type` ("sold-out", "throttled", …),
 * "network" when no answer came, or "http" for an answer without problem details.
 */
export class ApiProblem extends Error {
  constructor(name, { status = 0, title = '', detail = '', retryAfterMs = null, body = {} } = {}) {
    super(detail || title || name);
    this.name = 'ApiProblem';
    this.kind = name;
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.retryAfterMs = retryAfterMs;
    /** The whole problem: extension members such as `orderId`, and `errors` by field of a rejected form. */
    this.body = body;
  }

  /** Nobody knows whether the server acted: the same request must be sent again, not taken for a refusal. */
  get outcomeUnknown() {
    return this.kind === 'network' || this.kind === 'outcome-unknown' || this.status === 502 || this.status === 504;
  }

  /** The grab token was the trouble, and a new one may mend it. */
  get wantsNewToken() {
    return NEW_TOKEN.has(this.kind) && !this.body.orderId;
  }

  static network(cause) {
    return new ApiProblem('network', { detail: cause?.message ?? '' });
  }

  static async fromResponse(response) {
    const body = await response.json().catch(() => ({}));
    const type = typeof body.type === 'string' ? body.type : '';
    return new ApiProblem(type.startsWith(TYPE_PREFIX) ? type.slice(TYPE_PREFIX.length) : 'http', {
      status: response.status,
      title: body.title ?? response.statusText,
      detail: body.detail ?? '',
      retryAfterMs: readRetryAfter(response.headers.get('Retry-After')),
      body,
    });
  }
}

/** Retry-After is seconds or a date; only seconds are used here. Null when absent. */
function readRetryAfter(header) {
  const seconds = Number.parseFloat(header ?? '');
  return Number.isFinite(seconds) ? Math.max(0, seconds * 1000) : null;
}
