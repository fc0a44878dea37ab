// The console in a real browser. scripts/browser.sh starts what this needs and says where it is by ROLLCALL_….
import { after } from 'node:test';
import { looks } from './looks.mjs';
import { boards, launch } from './page.mjs';

const browser = await launch();
after(() => browser.close());
looks(browser, await boards());
