/** JSON as Python's `json.dumps(value, indent=2)` prints it: indented, and ASCII alone. */

export function pythonJson(value: unknown): string {
  return inAscii(JSON.stringify(value, undefined, 2));
}

/** A JSON text with every other character as an escape: one beyond the units of UTF-16 is two of them, as there. */
export function inAscii(json: string): string {
  return json.replaceAll(/[^\n -~]/g, (unit) => String.raw`\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
