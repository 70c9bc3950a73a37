/** On which line of a JSON text a value stands, so that a message about a value can say where it is. */

/** Names of members and indexes of items, from the top down. */
export type JsonPath = readonly (string | number)[];

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+|\n/g;

interface Open {
  readonly path: JsonPath;
  /** Of the item that is read; undefined in an object. */
  index: number | undefined;
  /** The member that is read; undefined until its name was. */
  name: string | undefined;
}

/**
 * `text` must be JSON. The answer tells the line, from 1, of the value at a path, and of a member the line of its name;
 * of a path that leads nowhere that of the last value on its way.
 */
export function jsonLines(text: string): (path: JsonPath) => number {
  const lines = new Map<string, number>();
  const open: Open[] = [];
  let line = 1;
  const begin = (): JsonPath => {
    const around = open.at(-1);
    const path = around === undefined ? [] : [...around.path, around.index ?? around.name ?? ''];
    if (!lines.has(keyOf(path))) lines.set(keyOf(path), line);
    return path;
  };
  for (const [part] of text.matchAll(token)) {
    const around = open.at(-1);
    if (part === '\n') line += 1;
    else if (part === '{' || part === '[') {
      open.push({ path: begin(), index: part === '[' ? 0 : undefined, name: undefined });
    } else if (part === '}' || part === ']') open.pop();
    else if (part === ',' && around !== undefined) {
      if (around.index === undefined) around.name = undefined;
      else around.index += 1;
    } else if (part !== ':' && part !== ',') {
      if (around?.index === undefined && around?.name === undefined && around !== undefined) {
        around.name = JSON.parse(part) as string;
      }
      begin();
    }
  }
  return (path) => {
    for (let length = path.length; length >= 0; length -= 1) {
      const found = lines.get(keyOf(path.slice(0, length)));
      if (found !== undefined) return found;
    }
    return 1;
  };
}

function keyOf(path: JsonPath): string {
  return path.map(String).join('\0');
}
