/**
 * Reads the text of an `AGENT.md`. Pure: the same text gives the same agent, or the same list of everything that is
 * wrong with it.
 */

import { compact, type DefinitionNote, type DefinitionProblem } from '@perdure/contract';
import { sectionNames, type AgentDefinition, type SectionName } from './definition.ts';
import { readFrontMatter, type AllowedTools } from './front-matter.ts';
import { readOutputContract } from './output-contract.ts';
import { splitSections, type LineProblem, type Section } from './sections.ts';

export interface ParseAgentOptions extends AllowedTools {
  /** Named in problems. */
  readonly file: string;
  readonly folderName: string;
}

/** An agent without the hash of its folder, which the text alone does not tell. */
export type ParsedAgent = Omit<AgentDefinition, 'hash'>;

export type AgentParse =
  | { readonly kind: 'parsed'; readonly agent: ParsedAgent; readonly notes: readonly DefinitionNote[] }
  | { readonly kind: 'refused'; readonly problems: readonly DefinitionProblem[] };

/** Said last, since some servers take no schema: there it is this sentence that asks for JSON. */
const answerRule =
  'Answer with exactly one JSON object that satisfies the JSON Schema of the Output Contract, and with no other text.';

export function parseAgentFile(text: string, { file, folderName, ...tools }: ParseAgentOptions): AgentParse {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const inFile = <P extends LineProblem>(problems: readonly P[]) =>
    problems
      .toSorted((a, b) => a.line - b.line)
      .map((problem) => ({
        ...problem,
        kind: 'agent' as const,
        file,
        message: `${file}:${problem.line}: ${problem.message}.`,
      }));
  const refuse = (problems: readonly LineProblem[]): AgentParse => ({ kind: 'refused', problems: inFile(problems) });

  const close = lines.findIndex((line, index) => index > 0 && isRule(line));
  if (!isRule(lines[0]) || close < 0) {
    return refuse([{ line: 1, message: 'the file must begin with front matter: YAML between two lines of "---"' }]);
  }
  const front = readFrontMatter(lines.slice(1, close).join('\n'), { firstLine: 2, folderName, tools });
  const { sections, problems: sectionProblems } = splitSections(lines.slice(close + 1), close + 2);
  const contractSection = sections.get('Output Contract');
  const contract = contractSection && readOutputContract(contractSection);

  const problems = [
    ...(front.kind === 'refused' ? front.problems : []),
    ...sectionProblems,
    ...(contract?.kind === 'refused' ? contract.problems : []),
  ];
  if (problems.length > 0 || front.kind === 'refused' || contract?.kind !== 'read') return refuse(problems);
  const { model, temperature, ...rest } = front.frontMatter;
  const agent = {
    ...rest,
    ...compact({ model, temperature }),
    instructions: renderInstructions(sections),
    output: contract.schema,
  };
  return { kind: 'parsed', agent, notes: inFile([...front.notes, ...contract.notes]) };
}

function isRule(line: string | undefined): boolean {
  return line?.trimEnd() === '---';
}

/** The sections in their canonical order, whatever their order in the file. */
function renderInstructions(sections: ReadonlyMap<SectionName, Section>): string {
  const parts = sectionNames.map((name) => `# ${name}\n\n${sections.get(name)?.lines.join('\n').trim()}`);
  return [...parts, answerRule].join('\n\n');
}
