/**
 * Amazon's word for a status of an order or item, the same from a report as from an answer of the API:
 * `Shipped - Delivered to Buyer` and `SHIPPED` are both SHIPPED. A status that is not known here is kept in
 * upper snake case.
 */
export function statusWord(text: string): string {
  // What follows the dash in reports is the parcel's course, which the API does not put into the status.
  const [status = ''] = text.split(' - ');
  const word = upperSnakeCase(status);
  if (word === 'CANCELED') return 'CANCELLED';
  // Reports say so of an order that is being prepared; by the API's definitions it is not shipped yet.
  if (word === 'SHIPPING') return 'UNSHIPPED';
  return word;
}

/** AMAZON or MERCHANT, from the API's words or a report's (`Amazon`, `AFN`, `MFN`); unknown ones are kept. */
export function fulfilledByWord(text: string): string {
  const word = upperSnakeCase(text);
  if (word === 'AFN') return 'AMAZON';
  if (word === 'MFN' || word === 'SELLER') return 'MERCHANT';
  return word;
}

/** `PartiallyShipped`, `Partially Shipped` and `PARTIALLY_SHIPPED` alike. */
function upperSnakeCase(text: string): string {
  // Nearly all of them; a report has four words in each line.
  if (/^[A-Za-z][a-z]*$/.test(text)) return text.toUpperCase();
  return text
    .trim()
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replace(/[\s_-]+/g, '_')
    .toUpperCase();
}
