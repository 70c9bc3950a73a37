/**
 * What any thrown value says, as one text: an error with the errors behind it, an object with its content. A record
 * keeps it, so it is bounded, and members that are named like a secret are left out.
 */

/** Of a message that a record keeps, in UTF-16 units: beyond it the middle is left out. */
export const maxMessageLength = 4_096;
/** Errors behind an error, and errors beside each other, that are told. */
const maxErrors = 5;

const secretName = /authorization|cookie|password|passwd|secret|token|credential|api[-_]?key/i;

/** May throw what a getter, a proxy or a `toString` of the value throws. */
export function describeThrown(thrown: unknown): string {
  return shortened(textOf(thrown, 0), maxMessageLength);
}

/** `text` in at most `limit` UTF-16 units: its head and tail, and how much was left out between them. */
export function shortened(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const gap = ` … (${text.length} characters in all) … `;
  const room = Math.max(limit - gap.length, 0);
  const head = text.slice(0, Math.ceil(room * 0.75));
  const tail = text.slice(text.length - Math.floor(room * 0.25));
  // The cut may have gone through a pair of surrogates, and half of one is no text.
  return `${head.replace(/[\uD800-\uDBFF]$/, '')}${gap}${tail.replace(/^[\uDC00-\uDFFF]/, '')}`;
}

function textOf(thrown: unknown, depth: number): string {
  if (thrown instanceof Error) return textOfError(thrown, depth);
  if (typeof thrown === 'function') return 'a function was thrown; throw an Error';
  if (thrown === undefined || thrown === null) return `${String(thrown)} was thrown; throw an Error`;
  return typeof thrown === 'object' ? textOfObject(thrown) : asString(thrown);
}

/** Many libraries say what really happened in the cause alone: `fetch failed`. */
function textOfError(error: Error, depth: number): string {
  const { message, cause, errors, code } = error as Error & { readonly errors?: unknown; readonly code?: unknown };
  // Whoever throws may have made it anything.
  const given: unknown = message;
  const own = given === '' && typeof code === 'string' ? code : String(given);
  if (depth >= maxErrors) return own;
  const beside = Array.isArray(errors) ? besideOf(errors as readonly unknown[], depth) : '';
  const behind = cause === undefined || cause === null ? '' : textOf(cause, depth + 1);
  const texts = [own, ...[beside, behind].filter((text) => text !== '' && !own.includes(text))];
  return texts.filter((text) => text !== '').join(': ') || error.name;
}

function besideOf(errors: readonly unknown[], depth: number): string {
  const told = errors.slice(0, maxErrors).map((error) => textOf(error, depth + 1));
  const rest = errors.length - told.length;
  return [...told, ...(rest > 0 ? [`${rest} more`] : [])].join('; ');
}

/** Its message first, if it has one, and then the rest as JSON. */
function textOfObject(thrown: object): string {
  const { message } = thrown as { readonly message?: unknown };
  const hasMessage = typeof message === 'string' && message !== '';
  const rest = hasMessage ? { ...thrown, message: undefined } : thrown;
  const json = jsonOf(rest);
  if (hasMessage) return json === '{}' ? message : `${message} ${json}`;
  if (json !== '{}') return json;
  const saysItself = 'toString' in thrown && thrown.toString !== Object.prototype.toString;
  return saysItself ? asString(thrown) : 'an object without content was thrown; throw an Error';
}

/** Whoever wrote the class wrote its `toString`. */
function asString(value: unknown): string {
  return String(value);
}

function jsonOf(value: object): string {
  const seen = new Set<unknown>();
  const told = (name: string, member: unknown): unknown => {
    if (typeof member === 'bigint') return String(member);
    if (typeof member === 'string') return secretName.test(name) ? '[left out]' : member;
    if (typeof member !== 'object' || member === null) return member;
    if (member instanceof Error) return describeThrown(member);
    if (seen.has(member)) return '[told above]';
    seen.add(member);
    return member;
  };
  return JSON.stringify(value, told);
}
