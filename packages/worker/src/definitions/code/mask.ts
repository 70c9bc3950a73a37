/**
 * Source with nothing but its code: what comments, texts and patterns hold is blank, and every place stays where it
 * was. Pure. A parser would have to come with every installation; brackets and names are all that is asked for here.
 */

/** Quotes stay, so that a text is still seen as one; of a template, what is computed in it stays. */
export function maskCode(source: string): string {
  let out = '';
  // Of each template that is open: how many brackets are open in what it computes.
  const templates: number[] = [];
  const take = (text: string): void => {
    out += text;
  };
  for (let at = 0; at < source.length; at = out.length) {
    const depth = templates.at(-1);
    const char = source.charAt(at);
    if (char === '`' || (char === '}' && depth === 0)) {
      if (char === '}') templates.pop();
      const text = templateText(source, at + 1);
      take(char + blank(text));
      const end = source.charAt(out.length);
      if (end === '`') take('`');
      if (end !== '$') continue;
      take('${');
      templates.push(0);
      continue;
    }
    const token = tokenAt(source, { at, before: out.slice(-nearby) });
    if (depth !== undefined && char === '{') templates[templates.length - 1] = depth + 1;
    if (depth !== undefined && char === '}') templates[templates.length - 1] = depth - 1;
    take(token);
  }
  return out;
}

/** Characters that are looked at before a slash. */
const nearby = 80;

interface Place {
  readonly at: number;
  /** What stands before it, masked. */
  readonly before: string;
}

/** What goes into the mask for the token that begins there: of the same length. */
function tokenAt(source: string, { at, before }: Place): string {
  const comment = matchAt(/\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y, source, at);
  if (comment !== undefined) return blank(comment);
  const text = matchAt(/'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"/y, source, at);
  if (text !== undefined) return text[0] + blank(text.slice(1, -1)) + text.at(-1);
  const pattern = matchAt(/\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y, source, at);
  return pattern === undefined || divides(before) ? source.charAt(at) : blank(pattern);
}

/** Whether a slash stands behind a value. */
function divides(before: string): boolean {
  return /[\w$)\]'"`]\s*$/.test(before) && !/\b(?:return|typeof|case|await)\s*$/.test(before);
}

/** Up to the closing quote, or to the next thing that is computed. */
function templateText(source: string, at: number): string {
  return matchAt(/(?:\\[\s\S]|\$(?!\{)|[^`\\$])*/y, source, at) ?? '';
}

function matchAt(form: RegExp, source: string, at: number): string | undefined {
  form.lastIndex = at;
  return form.exec(source)?.[0];
}

function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ');
}
