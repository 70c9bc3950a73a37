/** The commands that a page names, held against the help that they print. */

export interface NamedCommand {
  readonly words: readonly string[];
  readonly flags: readonly string[];
}

/** Text of the blocks and spans of code of a Markdown page. Prose may say "perdure" as it likes. */
export function codeOf(page: string): readonly string[] {
  return [...page.matchAll(/^```sh\n([\s\S]*?)^```$|`([^`\n]+)`/gm)].map(([, block, span]) => block ?? span ?? '');
}

/** `given` is what stands behind "perdure". */
export function namedCommand(given: readonly string[]): NamedCommand {
  const end = given.findIndex((word) => !/^[a-z]+$/.test(word));
  const flags = given.flatMap((word) => /^--[a-z-]+/.exec(word)?.[0] ?? []);
  return { words: given.slice(0, end < 0 ? 3 : Math.min(end, 3)), flags };
}

/** `readHelp` prints the help of a command; each is asked for once. */
export function createHelpCheck(
  readHelp: (words: readonly string[]) => Promise<string>,
): (command: NamedCommand) => Promise<readonly string[]> {
  const pages = new Map<string, Promise<string>>();
  const help = async (words: readonly string[]): Promise<string> => {
    const name = words.join(' ');
    const page = pages.get(name) ?? readHelp(words);
    pages.set(name, page);
    return await page;
  };
  return async ({ words, flags }) => {
    let path = words.slice(0, 1);
    for (const word of words.slice(1)) {
      // A further word is a command only below a noun that has commands: else it is an argument.
      if ((await help(path)).includes('\nCommands:\n')) path = [...path, word];
    }
    const name = ['perdure', ...path].join(' ');
    const page = await help(path);
    if (!page.startsWith(`Usage: ${name} `)) return [name];
    return flags.filter((flag) => !page.includes(` ${flag} `)).map((flag) => `${name} ${flag}`);
  };
}
