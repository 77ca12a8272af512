// Commands that one feature asks another for, by the names in package.json.

export const CHANGE_ASSUMPTIONS = 'irqPath.changeAssumptions';
export const APPLY_WHAT_IF = 'irqPath.applyWhatIf';
export const RESET_WHAT_IF = 'irqPath.resetWhatIf';
export const EDIT_OPTION = 'irqPath.editOption';
export const COMPARE = 'irqPath.compare';
/** The buttons above the tree: one for each number that it says. */
export const COMPARE_CHECKED = ['irqPath.compareTwo', 'irqPath.compareThree', 'irqPath.compareMany'] as const;
export const FIND_RACES = 'irqPath.findRaces';
export const OPEN_FUNCTION = 'irqPath.openFunction';
export const REVEAL_DEVICE = 'irqPath.revealDevice';
