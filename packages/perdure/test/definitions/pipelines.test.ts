import { expect, test } from 'vitest';
import { z } from 'zod';
import { runCommand } from '../../src/text/run-command.ts';
import { startFakeApi } from '../fake-api.ts';
import { cli, createRunningPlace, dataIn } from '../harness.ts';

test('a pipeline is shown with what it takes and gives, and the line that runs it', async () => {
  await using api = await startFakeApi();
  using place = createRunningPlace(api);
  const { code, stdout } = await cli(['pipelines', 'show', 'trip'], { cwd: place.folder });
  expect(code).toBe(0);
  expect(stdout).toMatchInlineSnapshot(`
    "trip  Plans a trip
      from    project
      input   { city: string, class: "economy" | "first", nights?: integer }
      output  any JSON

    Run it
      perdure run trip --input '{ "city": <string>, "class": <"economy" | "first"> }'
    "
  `);
  const json = await cli(['pipelines', 'show', 'trip', '--json'], { cwd: place.folder });
  expect(dataIn(json.stdout)).toMatchObject({ id: 'trip', input: { required: ['city', 'class'] }, output: {} });
});

test('a pipeline that is not there is told with those that are', async () => {
  await using api = await startFakeApi();
  using place = createRunningPlace(api);
  const { code, stderr } = await cli(['pipelines', 'show', 'tripp'], { cwd: place.folder });
  expect(code).toBe(7);
  expect(stderr).toContain('There is no pipeline tripp; known are hello, trip');
});

test.each([
  ['a prompt', z.strictObject({ prompt: z.string(), tone: z.string().optional() }), 'perdure run x <prompt> --home /r'],
  ['nothing', z.strictObject({}), 'perdure run x --home /r'],
  [
    'fields whose values hold a quote of the shell',
    z.object({ who: z.enum(["it's", 'us']) }),
    `perdure run x --home /r --input '{ "who": <"it'\\''s" | "us"> }'`,
  ],
])('the line that runs a pipeline of %s starts nothing as it stands', (_name, schema, line) => {
  expect(runCommand({ id: 'x', input: z.toJSONSchema(schema) }, ' --home /r')).toBe(line);
});
