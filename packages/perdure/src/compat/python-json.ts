/** JSON as Python's `json.dumps(value, indent=2)` prints it: indented, and ASCII alone. */

export function pythonJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replaceAll(/[^\n -~]/g, escaped);
}

/** One UTF-16 unit; a character beyond them is two escapes, as there. */
function escaped(unit: string): string {
  return String.raw`\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
