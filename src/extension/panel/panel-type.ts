/** What VS Code knows the panel by; package.json has it in an activation event. */
export const PANEL_TYPE = 'irqPath.panel';
