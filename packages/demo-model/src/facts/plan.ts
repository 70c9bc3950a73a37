/**
 * The facts of a plan, for a planner's answer in whatever form its contract asks for, and beside them those of
 * research. Pure.
 */

import { sketchCommandLine } from './command-line.ts';
import { sketchDataPipeline } from './data-pipeline.ts';
import type { Facts } from './fact.ts';
import { sketchGeneral } from './general.ts';
import { researchFacts } from './research.ts';
import { milestoneFacts, type Component, type PlanSketch, type Question, type Risk } from './sketch.ts';
import { capitalize, readSubject, type Subject, type SubjectKind } from './subject.ts';
import { sketchWebService } from './web-service.ts';

const sketches: Readonly<Record<SubjectKind, (subject: Subject) => PlanSketch>> = {
  'web-service': sketchWebService,
  'command-line': sketchCommandLine,
  'data-pipeline': sketchDataPipeline,
  general: sketchGeneral,
};

const demoMark = 'Written by rule by the demo model.';

export const demoNotice =
  'This was written by rule by the demo model, without understanding; set AI_BASE_URL, AI_API_KEY and MODEL_ID to use a real model.';

/** A plan for what the prompt asks for. With `feedback` it is a reworked one and says what it answers to. */
export function planFacts(prompt: string, options: { readonly feedback?: string | undefined } = {}): Facts {
  const subject = readSubject(prompt);
  const sketch = sketches[subject.kind](subject);
  const feedback = readFeedback(options.feedback);
  const rework = feedback === undefined ? undefined : `Settle what the review asked for: ${feedback}`;
  const milestones = sketch.milestones.map((milestone, index) =>
    index === 0 && rework !== undefined ? { ...milestone, steps: [rework, ...milestone.steps] } : milestone,
  );
  return {
    ...researchFacts(subject, feedback),
    title: subject.title,
    summary: summarize(subject, sketch, rework),
    goals: sketch.goals,
    nonGoals: sketch.nonGoals,
    assumptions: [...sketch.assumptions, demoNotice],
    approach: sketch.approach,
    architecture: { overview: sketch.approach, components: facts(sketch.components) },
    components: facts(sketch.components),
    milestones: milestones.map(milestoneFacts),
    risks: facts(sketch.risks),
    testing: sketch.testing,
    openQuestions: facts(sketch.questions),
    days: milestones.reduce((sum, { days }) => sum + days, 0),
    text: demoNotice,
  };
}

const facts = (items: readonly (Component | Question | Risk)[]): readonly Facts[] => items.map((item) => ({ ...item }));

function summarize({ wish }: Subject, { form, approach, milestones }: PlanSketch, rework: string | undefined): string {
  const titles = milestones.map(({ title }) => title.charAt(0).toLowerCase() + title.slice(1));
  const list = `${titles.slice(0, -1).join(', ')} and ${titles.at(-1)}`;
  const plan = `${capitalize(wish)}: ${form}. ${approach} It is made in ${milestones.length} milestones (${list}), each with checks that show that it is done.`;
  const answer =
    rework === undefined ? '' : ' This version answers a review; its first step is what the review asked for.';
  // The text that ends up in files and messages of others, where nothing beside it says who wrote it.
  return `${plan}${answer} ${demoMark}`;
}

function readFeedback(feedback: string | undefined): string | undefined {
  const said = feedback?.replaceAll(/\s+/g, ' ').trim() ?? '';
  return said === '' ? undefined : said.slice(0, 500);
}
