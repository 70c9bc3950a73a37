/** The parts of a plan that differ by the kind of thing planned. */

import type { Facts } from './fact.ts';

export interface Component {
  readonly name: string;
  readonly responsibility: string;
  readonly technology: string;
  /** What it offers, and to which other part. */
  readonly interface: string;
}

export interface Milestone {
  readonly title: string;
  readonly goal: string;
  readonly steps: readonly string[];
  /** How one sees that it is done. */
  readonly checks: readonly string[];
  readonly days: number;
}

export interface Risk {
  readonly risk: string;
  readonly mitigation: string;
  readonly likelihood: 'low' | 'medium' | 'high';
  readonly impact: 'low' | 'medium' | 'high';
}

/** A decision that belongs to somebody else, and what happens until it is made. */
export interface Question {
  readonly question: string;
  readonly default: string;
}

export interface PlanSketch {
  /** What it will be, as one clause: `one stateless HTTP service over a relational database`. */
  readonly form: string;
  readonly approach: string;
  readonly goals: readonly string[];
  readonly nonGoals: readonly string[];
  readonly assumptions: readonly string[];
  readonly components: readonly Component[];
  readonly milestones: readonly Milestone[];
  readonly risks: readonly Risk[];
  readonly testing: readonly string[];
  readonly questions: readonly Question[];
}

/** A milestone with the facts that follow from it. */
export function milestoneFacts(milestone: Milestone, index: number): Facts {
  const { days } = milestone;
  return { ...milestone, id: `M${index + 1}`, effort: days === 1 ? '1 day' : `${days} days`, hours: days * 8 };
}
