/** Who is in the middle of something: whoever looks meanwhile comes again later. */

export interface Quiet {
  readonly undisturbed: <T>(act: () => Promise<T>) => Promise<T>;
  readonly isNeeded: () => boolean;
}

export function createQuiet(): Quiet {
  let acting = 0;
  return {
    undisturbed: async (act) => {
      acting += 1;
      try {
        return await act();
      } finally {
        acting -= 1;
      }
    },
    isNeeded: () => acting > 0,
  };
}
