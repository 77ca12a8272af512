import type { PanelCommand } from '../../protocol/panel-state.ts';
import type { RacesTab } from './races-tab.ts';

/** Does what a button of the *Races* tab stands for; false if it is none of the tab's. */
export async function performInRaces(command: PanelCommand, races: RacesTab): Promise<boolean> {
  switch (command) {
    case 'explore':
      await races.explore();
      return true;
    case 'stopExploring':
      races.stop();
      return true;
    case 'goOnExploring':
      races.goOn();
      return true;
    case 'closeRace':
      races.close();
      return true;
    default:
      return false;
  }
}
