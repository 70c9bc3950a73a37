/** JSON whose whole numbers are all as they were written: those that a double cannot hold become texts. */

/** Where none can be, the plain parser does: it is faster, and takes any depth. */
const longNumber = /\d{16}/;

interface Source {
  readonly source?: string;
}

/** @throws SyntaxError where it is no JSON. */
export function parseExactJson(text: string): unknown {
  if (!longNumber.test(text)) return JSON.parse(text) as unknown;
  try {
    return JSON.parse(text, exact) as unknown;
  } catch (error) {
    // Too deep to be walked through.
    if (error instanceof RangeError) return JSON.parse(text) as unknown;
    throw error;
  }
}

function exact(_name: string, value: unknown, { source = '' }: Source = {}): unknown {
  const isRounded = typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source);
  return isRounded ? source : value;
}
