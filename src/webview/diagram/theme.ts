/** Looks up a colour of VS Code's theme by the names of its variables, the first one that is set wins. */
export type ColourLookup = (...names: readonly string[]) => string;

/** Reads the colours that VS Code gives to this page. */
export function pageColours(): ColourLookup {
  const style = getComputedStyle(document.documentElement);
  return (...names) => {
    for (const name of names) {
      const value = style.getPropertyValue(`--vscode-${name}`).trim();
      if (value !== '') return value;
    }
    return '#808080';
  };
}

/** The kind of theme, as VS Code marks it on the body. */
export function isDark(classes: DOMTokenList): boolean {
  return (
    classes.contains('vscode-dark') || (classes.contains('vscode-high-contrast') && !isLightContrast(classes))
  );
}

function isLightContrast(classes: DOMTokenList): boolean {
  return classes.contains('vscode-high-contrast-light');
}

/** Mermaid's variables for sequence diagrams in the colours of the theme: text is always the editor's own. */
export function themeVariables(colour: ColourLookup, dark: boolean): Record<string, string | boolean> {
  const background = colour('editor-background');
  const text = colour('editor-foreground', 'foreground');
  const line = colour('contrastBorder', 'editorWidget-border', 'panel-border');
  const signal = colour('editor-foreground', 'foreground');
  const widget = colour('editorWidget-background', 'sideBar-background');
  return {
    darkMode: dark,
    background,
    primaryColor: widget,
    primaryTextColor: text,
    primaryBorderColor: line,
    secondaryColor: widget,
    tertiaryColor: background,
    lineColor: signal,
    textColor: text,
    mainBkg: widget,
    actorBkg: widget,
    actorBorder: line,
    actorTextColor: text,
    actorLineColor: colour('charts-lines', 'panel-border'),
    signalColor: signal,
    signalTextColor: text,
    labelBoxBkgColor: widget,
    labelBoxBorderColor: line,
    labelTextColor: text,
    loopTextColor: text,
    noteBkgColor: widget,
    noteBorderColor: line,
    noteTextColor: text,
    activationBkgColor: colour('charts-lines', 'foreground'),
    activationBorderColor: line,
    sequenceNumberColor: background,
    fontFamily: 'system-ui, sans-serif',
  };
}
