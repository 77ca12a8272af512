import { simulate } from '../../../analysis/simulate.ts';
import type { Environment } from '../environment.ts';

/** A browser's extension host, which is a web worker. */
export const environment: Environment = {
  kind: 'browser',
  async simulate(request) {
    await new Promise((resolve) => {
      setTimeout(resolve, 0);
    });
    return simulate(request);
  },
};
