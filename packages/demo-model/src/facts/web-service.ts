/** A plan for a service with an HTTP interface. */

import type { Component, Milestone, PlanSketch, Risk } from './sketch.ts';
import type { Subject } from './subject.ts';

export function sketchWebService(subject: Subject): PlanSketch {
  const { topic } = subject;
  return {
    form: 'one stateless HTTP service over a relational database',
    approach:
      `Requests are parsed and checked at the edge, decided by pure rules, and written in one transaction. ` +
      `All state is in the database, so that a second instance can be added and any instance can be restarted at any time.`,
    goals: topic.operations.map((operation) => `A client can ${operation}.`),
    nonGoals: [
      'A graphical interface: the HTTP interface comes first and is complete without one.',
      'More than one region: one region with backups is enough until measurements say otherwise.',
    ],
    assumptions: [
      `The request leaves the operations open; assumed is that a client can ${topic.operations.join('; ')}.`,
      'One team runs the service, and a few hundred requests per second are enough for the first year.',
      'Clients identify themselves with an API key; a login for people is not needed at first.',
    ],
    components: components(subject),
    milestones: milestones(subject),
    risks: risks(subject),
    testing: [
      'The core rules are covered by fast tests without a database.',
      'The HTTP interface is tested against a real database, one per test run.',
    ],
    questions: [
      topic.question,
      {
        question: 'How many requests per second are expected at launch and after a year?',
        default: 'The service is measured with 500 requests per second.',
      },
    ],
  };
}

function components({ topic }: Subject): readonly Component[] {
  const { entities } = topic;
  return [
    {
      name: 'HTTP interface',
      responsibility:
        'Parses and checks requests, authenticates clients, limits rates, and turns results and refusals into JSON.',
      technology: 'TypeScript on Node.js, described by an OpenAPI document, so that clients can be generated',
      interface: `To clients: ${topic.routes}.`,
    },
    {
      name: 'Core rules',
      responsibility: `Decides what happens to ${entities}, without any input or output: ${topic.rule}.`,
      technology: 'Pure TypeScript functions, because rules without side effects are tested in milliseconds',
      interface: `To the HTTP interface: one function per operation, from the state and a request to a change or a refusal.`,
    },
    {
      name: 'Store',
      responsibility: `Keeps ${entities} (${topic.fields}), enforces uniqueness, and migrates its own schema.`,
      technology: 'PostgreSQL, because its constraints hold under concurrent requests',
      interface: `To the core rules: read and change ${entities} inside one transaction.`,
    },
    {
      name: 'Operations',
      responsibility: 'Answers health checks, writes structured logs and metrics, and takes and verifies backups.',
      technology: 'A container image configured by environment variables, so that it runs anywhere',
      interface: 'To operators: `GET /health`, `GET /metrics`, and one command each for backup and restore.',
    },
  ];
}

function milestones({ the, topic }: Subject): readonly Milestone[] {
  const { entity, entities, operations } = topic;
  return [
    {
      title: 'Walking skeleton',
      goal: 'One request goes through every part and back.',
      steps: [
        'Set up the repository with formatting, type check and tests in continuous integration.',
        `Write the schema for ${entities} and its first migration.`,
        `Let a client ${operations[0]}, from the HTTP interface down to the store.`,
      ],
      checks: [
        'A fresh clone starts with one documented command, and its tests pass.',
        `A test over real HTTP shows that a client can ${operations[0]}.`,
      ],
      days: 3,
    },
    {
      title: 'Complete set of operations',
      goal: `Everything that is promised about ${entities} works, and every refusal explains itself.`,
      steps: [
        ...operations.slice(1).map((operation) => `Let a client ${operation}.`),
        'Return every refusal as JSON with a stable code and a sentence that says what to do next.',
      ],
      checks: [
        `Each operation has a test for success, for bad input and for a ${entity} that does not exist.`,
        'Two simultaneous conflicting requests end in one success and one clear refusal.',
      ],
      days: 5,
    },
    {
      title: 'Safe in public',
      goal: `${the.charAt(0).toUpperCase()}${the.slice(1)} can be reached by strangers without being abused by them.`,
      steps: [
        'Require an API key for every change, and keep only hashes of the keys.',
        'Limit requests per client, and the size of every request.',
        topic.risk.mitigation,
      ],
      checks: [
        'A request without a valid key is answered with 401, one over the limit with 429 and `Retry-After`.',
        'A test for each kind of abuse that was named shows that it is refused.',
      ],
      days: 4,
    },
    {
      title: 'Ready to operate',
      goal: 'Somebody who did not build it can run it.',
      steps: [
        'Add health check, metrics and alerts for error rate, latency and free disk space.',
        'Automate backups and write down how to restore one.',
        'Measure latency under ten times the expected load and remove the first bottleneck.',
      ],
      checks: [
        'A backup was restored into an empty database by following the written steps.',
        'Under ten times the expected load, 95 % of the requests are answered within 100 ms.',
      ],
      days: 3,
    },
  ];
}

function risks({ topic }: Subject): readonly Risk[] {
  return [
    { ...topic.risk, likelihood: 'medium', impact: 'high' },
    {
      risk: 'The database becomes the bottleneck as reads grow.',
      mitigation:
        'Index for the read that happens most, measure it in continuous integration, and add a cache only when the measurement asks for one.',
      likelihood: 'low',
      impact: 'medium',
    },
    {
      risk: 'A client retries after a timeout and changes something twice.',
      mitigation: 'Accept an idempotency key on every change and keep it in the same transaction as the change.',
      likelihood: 'medium',
      impact: 'medium',
    },
  ];
}
