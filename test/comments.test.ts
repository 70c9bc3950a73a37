/** Comments are as wide as code, which the formatter keeps to 120 columns and comments it leaves alone. */

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const columns = 120;

/** Text that users are given, or a line that is shown as it is printed. */
const asTheyAre = ['packages/tasks/src/core/status-line.ts', 'packages/worker/src/tools/template.ts'];

const files = globSync('{packages/*/{src,test},bench,chaos,pipelines,scripts,test}/**/*.ts', { cwd: root })
  .filter((file) => !file.includes('node_modules') && !asTheyAre.includes(file))
  .toSorted();

it('is no comment wider than code', () => {
  expect(files.length).toBeGreaterThan(900);
  const wide = files.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        /^\s*(\/?\*|\/\/)/.test(line) && line.length > columns ? [`${file}:${index + 1}`] : [],
      ),
  );
  expect(wide).toEqual([]);
});
