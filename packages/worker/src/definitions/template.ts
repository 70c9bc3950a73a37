/**
 * What `perdure pipelines new` and `perdure init --example` write: a pipeline that runs as it is and teaches its calls.
 */

/** Of the file that is written, not of this one. */
const authoringImport = ['import { definePipeline, z }', "from 'perdure';"].join(' ');

export interface TemplateAgent {
  readonly name: string;
  /** What it is given, as TypeScript over `question` and `prompt`. */
  readonly input: string;
}

/** An agent that ships, so that the pipeline runs in a project without agents. */
const shippedAgent: TemplateAgent = {
  name: 'researcher',
  input: "{ topic: prompt, question, purpose: 'a first answer', audience: 'a colleague' }",
};

/** The text of `pipelines/<id>.ts`. Takes a prompt, so that `perdure run <id> "…"` works at once. */
export function pipelineTemplate(id: string, { name, input }: TemplateAgent = shippedAgent): string {
  return `${authoringImport}

interface Answer {
  readonly answer: string;
  readonly confidence: string;
}

export default definePipeline({
  id: '${id}',
  description: 'Answers each question of a list, has the answers reviewed, and writes them to a file.',
  // \`perdure run ${id} "Why? How?"\` gives { prompt }; other inputs come with --input '{ … }'.
  input: z.strictObject({ prompt: z.string().min(1) }),
  output: z.object({ file: z.string(), verdict: z.string(), at: z.string() }),
  async run(ctx, { prompt }) {
    // Every call of ctx is recorded under its key before the next one starts: whatever dies, it is not done again.
    // Work of your own goes into a step; between steps only compute.
    const questions = await ctx.step('questions', () => prompt.match(/[^?]+\\??/g)?.map((text) => text.trim()) ?? []);

    // The same for each item, five at a time. Calls of an item are made on \`item\`, not on \`ctx\`.
    const answers = await ctx.map(
      questions,
      async (question, item) => {
        const { answer, confidence } = await item.agent<Answer>('${name}', ${input});
        return \`## \${question}\\n\\n\${answer} (confidence: \${confidence})\\n\`;
      },
      { key: 'answers' },
    );

    // A gate. 'none' lets everything through; 'human' asks you (\`perdure waits\`), 'agent' asks the one that
    // \`reviewer\` names.
    const reviewed = await ctx.review(answers, {
      key: 'review',
      by: 'none',
      question: 'Are these answers good enough?',
      maxRounds: 2,
      // Called with what must change; makes the next version, by calls on \`round\`.
      redo: async (review, _round, previous) => [...previous, \`To be changed: \${review.feedback}\\n\`],
      onExhausted: 'return',
    });

    // A tool acts on the world; this one writes into the workspace of the run. \`perdure tools list\` shows the others.
    const content = reviewed.subject.join('\\n');
    const { path } = await ctx.tool<{ path: string }>('write-file', { path: 'answers.md', content }, { key: 'write' });

    ctx.log('written', { questions: questions.length });
    // Never Date.now(): a run is played again after a crash, and ctx.now is the same each time.
    return { file: path, verdict: reviewed.verdict, at: new Date(await ctx.now('at')).toISOString() };
  },
});
`;
}
