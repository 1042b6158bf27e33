// Reads calendars with Mozilla's ical.js: one JSON string of iCalendar text a line in, one JSON
// object a line out, with the whole calendar as jCal (RFC 7265) and the instants of its events.
import { createInterface } from "node:readline";
import ICAL from "ical.js";

// Seconds since 1970, by the VTIMEZONE that came along; null for a day and for what is not there.
function instant(event, name) {
  const time = event.getFirstPropertyValue(name);
  return time && !time.isDate ? time.toUnixTime() : null;
}

function read(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const events = calendar.getAllSubcomponents("vevent");
  const instants = events.map((event) => [instant(event, "dtstart"), instant(event, "dtend")]);
  return { jcal: calendar.toJSON(), instants };
}

createInterface({ input: process.stdin }).on("line", (line) => {
  let answer;
  try {
    answer = read(JSON.parse(line));
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
});
