/** Notes of a workspace that OpenClaw shows no more, where it does. Pure. */

/** What `TOOLS.md` says, under `## Tools` of `AGENTS.md`: once, with its own headings below that. */
export function withTools(agents: string, tools: string): string {
  const said = tools.replace(/^#\s+.*\n+/, '').trim();
  if (said === '') return agents;
  const lower = outsideFences(said, lowered);
  const heading = /^##[ \t]+Tools[ \t]*$/m.exec(agents);
  if (heading === null) return `${agents.trimEnd()}\n\n## Tools\n\n${lower}\n`;
  if (agents.includes(lower)) return agents;
  const at = heading.index + heading[0].length;
  return `${agents.slice(0, at)}\n\n${lower}\n${agents.slice(at)}`;
}

/** Whether anything stands in it besides headings and comments. */
export const saysNothing = (text: string): boolean =>
  text
    .replaceAll(/<!--[\s\S]*?-->/g, '')
    .split('\n')
    .every((line) => /^\s*(?:#.*)?$/.test(line));

/** No heading of it ends the section. */
const lowered = (line: string): string =>
  line.replace(/^#{1,6}(?=\s)/, (marks) => '#'.repeat(Math.min(6, Math.max(3, marks.length + 1))));

function outsideFences(text: string, change: (line: string) => string): string {
  let isFenced = false;
  return text
    .split('\n')
    .map((line) => {
      if (/^\s*(?:```|~~~)/.test(line)) isFenced = !isFenced;
      return isFenced ? line : change(line);
    })
    .join('\n');
}
