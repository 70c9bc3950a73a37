/** An `AGENT.md` that passes the check, in parts that a test can change one at a time. */

import { sectionNames, type SectionName } from './agents/definition.ts';
import type { AllowedTools } from './agents/front-matter.ts';
import { parseAgentFile, type AgentParse } from './agents/parse-agent-file.ts';

export const contract = `\`\`\`json
{
  "type": "object",
  "additionalProperties": false,
  "required": ["answer"],
  "properties": { "answer": { "type": "string" } }
}
\`\`\``;

interface AgentText {
  readonly frontMatter?: string;
  /** Null leaves the section out. */
  readonly sections?: Partial<Record<SectionName, string | null>>;
}

/** The front matter takes four lines, so that the first section begins at line 6. */
export function agentText({
  frontMatter = 'name: helper\ndescription: Helps.',
  sections = {},
}: AgentText = {}): string {
  const parts = sectionNames.map((name) => {
    const text =
      sections[name] === undefined ? (name === 'Output Contract' ? contract : `About ${name}.`) : sections[name];
    return text === null ? '' : `## ${name}\n\n${text}\n`;
  });
  return `---\n${frontMatter}\n---\n\n${parts.join('\n')}`;
}

/** Parses as if the file were `helper/AGENT.md`. */
export function parse(text: string, tools: Partial<AllowedTools> = {}): AgentParse {
  const none = { knownTools: new Set<string>(), disabledTools: new Map<string, string>() };
  return parseAgentFile(text, { file: 'helper/AGENT.md', folderName: 'helper', ...none, ...tools });
}

/** The messages of a refusal; none when the text was taken. */
export function problemsOf(text: string, tools: Partial<AllowedTools> = {}): readonly string[] {
  const parsed = parse(text, tools);
  return parsed.kind === 'refused' ? parsed.problems.map(({ message }) => message) : [];
}
