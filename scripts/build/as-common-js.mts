import { transform } from 'esbuild';
import type { Plugin } from 'esbuild';
import { writeFile } from 'node:fs/promises';

/**
 * An esbuild plugin: writes the split ES modules of a build that writes nothing itself as CommonJS, each as a file that
 * loads the others with `require`. Their source maps lead to the same places.
 */
export function asCommonJs(): Plugin {
  return {
    name: 'as-common-js',
    setup(build) {
      const { minify = false, target, supported } = build.initialOptions;
      build.onEnd(async ({ outputFiles = [] }) => {
        const texts = new Map(outputFiles.map(({ path, text }) => [path, text]));
        for (const [path, text] of texts) {
          if (!path.endsWith('.js')) continue;
          const map = texts.get(`${path}.map`) ?? '';
          const inline = `data:application/json;base64,${Buffer.from(map).toString('base64')}`;
          const source = text.replace(/^\/\/# sourceMappingURL=.*$/m, `//# sourceMappingURL=${inline}`);
          const { code, map: composed } = await transform(source, {
            format: 'cjs',
            minify,
            sourcemap: 'external',
            sourcesContent: false,
            sourcefile: path,
            ...(target === undefined ? {} : { target }),
            ...(supported === undefined ? {} : { supported }),
          });
          const name = path.slice(path.lastIndexOf('/') + 1);
          await writeFile(path, `${code}//# sourceMappingURL=${name}.map\n`);
          await writeFile(`${path}.map`, composed);
        }
      });
    },
  };
}
