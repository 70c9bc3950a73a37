/**
 * The facts of research: questions about a topic, the answer to one, and a brief. The demo model looks nothing up and
 * knows nothing, so what it says is about the work and not about the topic, and its confidence is always low. Pure.
 */

import type { Facts } from './fact.ts';
import type { Subject } from './subject.ts';

/** Research on `subject`; `feedback` is what the reader of an earlier brief wanted changed. */
export function researchFacts({ title }: Subject, feedback: string | undefined): Facts {
  return {
    interpretation: `"${title}" in the usual sense of the words; nothing is left out on purpose.`,
    researchQuestions: questions.map(({ question, purpose }) => ({ question: `${title}: ${question}`, purpose })),
    answer: `This is not answered: the demo model works by rule and knows nothing about "${title}".`,
    ...lowConfidence,
    known: [],
    assumed: ['The words of the question are meant in their usual sense.'],
    openPoints: [{ point: 'The question as a whole.', howToSettle: realModel }],
    brief: briefFacts(title, feedback),
    changes: feedback === undefined ? [] : [{ point: feedback, change: 'It is repeated in the first section.' }],
  };
}

/** The most important first. */
const questions = [
  { question: 'what is meant by it, and what is not?', purpose: 'The rest of the brief talks about the same thing.' },
  { question: 'whom does it concern, and what do they need?', purpose: 'The brief weighs what matters to them.' },
  { question: 'which options are there, and how do they differ?', purpose: 'The reader can choose between them.' },
  { question: 'what does each option cost?', purpose: 'The reader can tell which options are within reach.' },
  { question: 'what can go wrong, and what is the first sign of it?', purpose: 'The reader can stop in time.' },
  { question: 'what speaks against doing anything at all?', purpose: 'The obvious answer is tested.' },
];

const realModel = 'Set AI_BASE_URL, AI_API_KEY and MODEL_ID to use a real model, and run this again.';

const lowConfidence: Facts = {
  confidence: 'low',
  confidenceReason: 'It was made by rule, without knowledge of the topic.',
};

function briefFacts(title: string, feedback: string | undefined): Facts {
  const sections = [
    ...(feedback === undefined ? [] : [{ heading: 'What the review asked for', text: feedback }]),
    {
      heading: 'How it was made',
      text: 'The topic was taken apart into questions, and each was answered in a step of its own. The record of the run keeps the questions and the answers.',
    },
    {
      heading: 'What it lacks',
      text: 'The demo model knows nothing about the topic, so there is no finding to report.',
    },
  ];
  return {
    title: `${title}: the form of a brief`,
    summary: `This shows what a brief on "${title}" is made of, not what is true about it: the demo model works by rule and looks nothing up.${
      feedback === undefined ? '' : ' This version answers a review; its first section is what the review asked for.'
    }`,
    sections: sections.map((section) => ({ ...section, basedOn: [], confidence: 'low' })),
    openQuestions: [{ question: `What is there to say about "${title}"?`, howToSettle: realModel }],
    ...lowConfidence,
  };
}
