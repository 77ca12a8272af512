/** What the page of the panel is made of; addresses are those that the panel may load. */
export interface PanelPage {
  readonly cspSource: string;
  readonly nonce: string;
  readonly script: string;
  readonly style: string;
  readonly language: string;
}

/**
 * The page of the panel. Scripts come from the extension alone; styles may stand in the page, as Mermaid puts
 * them into its drawings.
 */
export function panelHtml({ cspSource, nonce, script, style, language }: PanelPage): string {
  const policy = [
    `default-src 'none'`,
    `img-src ${cspSource} data:`,
    `script-src 'nonce-${nonce}' ${cspSource}`,
    `style-src ${cspSource} 'unsafe-inline'`,
    `font-src ${cspSource} data:`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${attribute(language)}">
  <head>
    <meta charset="UTF-8" />
    <meta http-equiv="Content-Security-Policy" content="${attribute(policy)}" />
    <meta name="viewport" content="width=device-width, initial-scale=1.0" />
    <link rel="stylesheet" href="${attribute(style)}" />
    <title>IRQ Path</title>
  </head>
  <body>
    <script type="module" nonce="${attribute(nonce)}" src="${attribute(script)}"></script>
  </body>
</html>
`;
}

function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
