/**
 * The sale that the page shows: the one asked for, else the first open one, else the next to open, else the last that ended.
 * Null when there is none, or when the one asked for is not among them.
 */
export function chooseSale(sales, askedId) {
  if (askedId) return sales.find((sale) => sale.saleId === askedId) ?? null;
  const byStart = sales.toSorted((a, b) => Date.parse(a.startsAt) - Date.parse(b.startsAt));
  return byStart.find((sale) => sale.state === 'open')
    ?? byStart.find((sale) => sale.state === 'scheduled')
    ?? byStart.at(-1)
    ?? null;
}
