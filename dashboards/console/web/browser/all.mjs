// The console in a real browser. scripts/browser.sh starts what this needs and says where it is by ROLLCALL_….
import { after } from 'node:test';
import { hands } from './hands.mjs';
import { live } from './live.mjs';
import { looks } from './looks.mjs';
import { boards, launch } from './page.mjs';
import './units.mjs';
import { signIn } from './signin.mjs';
import { values } from './values.mjs';

const browser = await launch();
after(() => browser.close());
const menu = await boards();
live(browser);
hands(browser);
signIn(browser);
values(browser, menu);
looks(browser, menu);
