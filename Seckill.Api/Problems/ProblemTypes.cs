namespace Seckill.Api.Problems;

/// <summary>Every problem that the Api answers. A test compares this with <c>docs/errors/README.md</c>.</summary>
public static class ProblemTypes
{
    public static readonly ProblemType Unauthenticated = new("unauthenticated", 401, "A valid bearer token is needed", "The request carries no bearer token.");
    public static readonly ProblemType TokenRevoked = new("token-revoked", 401, "The token was revoked", "Log in anew.");
    public static readonly ProblemType CallbackForged = new("callback-forged", 401, "The callback is not signed by the gateway", "Sign the body's bytes and the time with a key that we know.");
    public static readonly ProblemType CallbackExpired = new("callback-expired", 401, "The callback was signed too long ago", "Sign it again with the present time.");
    public static readonly ProblemType Forbidden = new("forbidden", 403, "The token's role does not allow this", "Ask for a token with the role that this call needs.");
    public static readonly ProblemType NotEligible = new("not-eligible", 403, "Not on this sale's list", "The sale is open to listed users only.");
    public static readonly ProblemType GrabTokenRequired = new("grab-token-required", 403, "A grab token is needed", "Ask for one at the item's grab-token, and show it in X-Grab-Token.");
    public static readonly ProblemType GrabTokenInvalid = new("grab-token-invalid", 403, "The grab token is not valid", "It is not ours, or it is for another user or item. Ask for a new one.");
    public static readonly ProblemType GrabTokenExpired = new("grab-token-expired", 403, "The grab token has expired", "Ask for a new one.");
    public static readonly ProblemType ProofOfWorkRequired = new("proof-of-work-required", 403, "Work must be done first", "Solve the challenge, and ask again with the solution.");
    public static readonly ProblemType ProofOfWorkInvalid = new("proof-of-work-invalid", 403, "The work is not valid", "The challenge has expired, is not yours, or is not solved. Here is another.");
    public static readonly ProblemType WaitingRoomRequired = new("waiting-room-required", 403, "The sale has a waiting room", "Join it, and ask again when you are admitted.");
    public static readonly ProblemType WaitingRoomTicketInvalid = new("waiting-room-ticket-invalid", 403, "The ticket is not valid", "It is missing, not ours, or it is for another user or sale. Join: your place is found, if you have one.");
    public static readonly ProblemType WaitingRoomTicketExpired = new("waiting-room-ticket-expired", 403, "The ticket has expired", "Your place is kept. Join for a new ticket.");
    public static readonly ProblemType NotFound = new("not-found", 404, "Nothing is here", "No endpoint has this path.");
    public static readonly ProblemType UnknownSale = new("unknown-sale", 404, "No such sale", "No sale has this id.");
    public static readonly ProblemType UnknownSku = new("unknown-sku", 404, "No such item in this sale", "The sale has no item with this SKU.");
    public static readonly ProblemType NoWaitingRoom = new("no-waiting-room", 404, "The sale has no waiting room", "Ask for a grab token, or grab.");
    public static readonly ProblemType UnknownOrder = new("unknown-order", 404, "No such order", "The caller has no order with this id.");
    public static readonly ProblemType UnknownDeadLetter = new("unknown-dead-letter", 404, "No such dead letter", "No dead letter has this id.");
    public static readonly ProblemType UnknownPayment = new("unknown-payment", 404, "No such payment", "No payment has this id.");
    public static readonly ProblemType MethodNotAllowed = new("method-not-allowed", 405, "The path does not take this method", "See the Allow header.");
    public static readonly ProblemType SoldOut = new("sold-out", 409, "Sold out", "No unit is left. Units may return while reservations end.");
    public static readonly ProblemType AlreadyGrabbed = new("already-grabbed", 409, "You have one already", "You hold as many units of this item as a user may; orderId names one.");
    public static readonly ProblemType GrabTokenUsed = new("grab-token-used", 409, "The grab token was used", "It works once. If it won, orderId names the order; else ask for a new one.");
    public static readonly ProblemType WaitingRoomPlaceLost = new("waiting-room-place-lost", 409, "The place is not yours any more", "It was left, not heard of for too long, or your time to grab is over. Join for another.");
    public static readonly ProblemType WaitingRoomEmptied = new("waiting-room-emptied", 409, "The waiting room has begun anew", "The places given before are forgotten. Join for another.");
    public static readonly ProblemType NotPayable = new("not-payable", 409, "The order cannot be paid", "Only an order that awaits payment, and whose time is not up, can be paid.");
    public static readonly ProblemType PaymentInProgress = new("payment-in-progress", 409, "A payment is under way", "The order is being paid by another payment, or was.");
    public static readonly ProblemType IdempotencyKeyReused = new("idempotency-key-reused", 409, "The key belongs to another order", "Use a new Idempotency-Key for each payment.");
    public static readonly ProblemType AmountMismatch = new("amount-mismatch", 409, "The amount is not the price", "Nothing was charged.");
    public static readonly ProblemType TooManyPayments = new("too-many-payments", 409, "Too many attempts to pay", "The order has had as many payments as one may have.");
    public static readonly ProblemType CallbackReplayed = new("callback-replayed", 409, "The callback was taken before", "An event counts once; nothing was changed.");
    public static readonly ProblemType NeedsRecovery = new("needs-recovery", 409, "The stock must be recovered", "Redis has lost stock that was sold from; it is rebuilt, never invented.");
    public static readonly ProblemType SaleEnded = new("sale-ended", 409, "The sale is over", "A sale whose window has ended cannot be opened, and one that is closed cannot be paused.");
    public static readonly ProblemType SaleBegun = new("sale-begun", 409, "The sale has begun", "Name and window are fixed once a sale has begun; its limits can be changed at any time.");
    public static readonly ProblemType ItemsFixed = new("items-fixed", 409, "The items are fixed", "The sale's warm-up has begun: its stock stands in Redis. Nothing was changed. To sell other items, close the sale and clone it.");
    public static readonly ProblemType NotRestricted = new("not-restricted", 409, "The sale has no list", "It is open to everybody; only a sale that was made with a list takes more users.");
    public static readonly ProblemType RevocationsFull = new("revocations-full", 409, "Too many tokens are revoked", "Nothing was revoked. Replace the signing key, or wait until tokens that were revoked have expired.");
    public static readonly ProblemType DeadLetterDecided = new("dead-letter-decided", 409, "Somebody decided before", "The dead letter is being replayed, was replayed or was discarded.");
    public static readonly ProblemType Closed = new("closed", 410, "The sale is closed", "The sale takes no more grabs.");
    public static readonly ProblemType TooLarge = new("body-too-large", 413, "The body is too large", "Send a smaller body.");
    public static readonly ProblemType UnsupportedMediaType = new("unsupported-media-type", 415, "The body must be JSON", "Send Content-Type: application/json.");
    public static readonly ProblemType BadRequest = new("bad-request", 400, "The request cannot be read", "The body is not the JSON that this call takes.");
    public static readonly ProblemType Invalid = new("invalid", 400, "Some fields are not valid", "See errors, by field.");
    public static readonly ProblemType NotOpen = new("not-open", 425, "The sale has not opened", "Wait for startsAt.");
    public static readonly ProblemType Throttled = new("throttled", 429, "Slow down", "Too many grabs; wait for as long as Retry-After says.");
    public static readonly ProblemType ThrottledIp = new("throttled-ip", 429, "Too many grabs from your address", "Others may share it; wait for as long as Retry-After says.");
    public static readonly ProblemType ThrottledSale = new("throttled-sale", 429, "The sale is crowded", "It takes so many grabs a second; wait for as long as Retry-After says.");
    public static readonly ProblemType ThrottledNode = new("throttled-node", 429, "The server is crowded", "It takes so many grabs a second; wait for as long as Retry-After says.");
    public static readonly ProblemType ThrottledRequests = new("throttled-requests", 429, "You ask too often", "Each caller may ask so many times a second; wait for as long as Retry-After says.");
    public static readonly ProblemType ThrottledVisits = new("throttled-visits", 429, "You ask too often", "Your place is kept; wait for as long as Retry-After says.");
    public static readonly ProblemType WaitingRoom = new("waiting-room", 429, "It is not your turn yet", "You have a place in the waiting room; position says which.");
    public static readonly ProblemType WaitingRoomFull = new("waiting-room-full", 429, "The waiting room is full", "Nobody who waits is put out for a newcomer; try again shortly.");
    public static readonly ProblemType Internal = new("internal", 500, "Something went wrong on our side", "The fault was logged.");
    public static readonly ProblemType Overloaded = new("overloaded", 503, "Too many grabs wait", "Nothing was reserved; try again shortly.");
    public static readonly ProblemType OutboxFull = new("outbox-full", 503, "Orders cannot be passed on", "Nothing was reserved; try again shortly.");
    public static readonly ProblemType OutcomeUnknown = new("outcome-unknown", 503, "The outcome is not known", "A unit may have been reserved. Try again: a repeat finds the order.");
    public static readonly ProblemType StockUnavailable = new("stock-unavailable", 503, "The stock cannot be asked", "Nothing was reserved; try again shortly.");
    public static readonly ProblemType WaitingRoomUnavailable = new("waiting-room-unavailable", 503, "The waiting room cannot be asked", "Nothing is lost; try again shortly.");
    public static readonly ProblemType PushUnavailable = new("push-unavailable", 503, "The messages cannot be passed on", "Kafka has not acknowledged all of them; messages says which. Send them again with the same ids: each is delivered once.");
    public static readonly ProblemType NotWarmed = new("not-warmed", 503, "The stock is not ready", "The sale's stock is not in Redis yet, or was lost.");
    public static readonly ProblemType Paused = new("paused", 503, "The sale is paused", "Nothing was reserved; it may go on in a moment.");
    public static readonly ProblemType Fenced = new("fenced", 503, "The stock is being recovered", "Redis has forgotten decisions that were made; the item sells again once its stock is rebuilt.");
    public static readonly ProblemType DatabaseUnavailable = new("database-unavailable", 503, "The database cannot be asked", "Try again shortly.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ProblemType> All { get; } =
    [
        Unauthenticated, CallbackForged, CallbackExpired, Forbidden, NotEligible, GrabTokenRequired, GrabTokenInvalid, GrabTokenExpired, ProofOfWorkRequired,
        ProofOfWorkInvalid, WaitingRoomRequired, WaitingRoomTicketInvalid, WaitingRoomTicketExpired, NoWaitingRoom, WaitingRoomPlaceLost, WaitingRoomEmptied, ThrottledVisits, ThrottledRequests, WaitingRoom,
        WaitingRoomFull, WaitingRoomUnavailable, PushUnavailable, NotFound, UnknownSale, UnknownSku, UnknownOrder, UnknownDeadLetter, UnknownPayment, MethodNotAllowed, SoldOut, AlreadyGrabbed,
        GrabTokenUsed, NotPayable, PaymentInProgress,
        IdempotencyKeyReused, AmountMismatch, TooManyPayments, CallbackReplayed, NeedsRecovery, SaleEnded, SaleBegun, ItemsFixed, NotRestricted, RevocationsFull, TokenRevoked, DeadLetterDecided, Closed, TooLarge,
        UnsupportedMediaType, BadRequest, Invalid, NotOpen, Throttled, ThrottledIp, ThrottledSale, ThrottledNode, Internal, Overloaded, OutboxFull, OutcomeUnknown, StockUnavailable, NotWarmed, Paused, Fenced, DatabaseUnavailable,
    ];

    /// <summary>The type that stands for a bare status, for answers that no endpoint wrote.</summary>
    public static ProblemType OfStatus(int status) => status switch
    {
        401 => Unauthenticated,
        403 => Forbidden,
        404 => NotFound,
        405 => MethodNotAllowed,
        413 => TooLarge,
        415 => UnsupportedMediaType,
        >= 400 and < 500 => BadRequest with { Status = status },
        _ => Internal,
    };
}
