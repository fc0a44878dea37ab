-- What every definition begins with: the calendar, and the actions that count.
WITH
    -- Days are numbers since 1970-01-01 in the community's calendar; a Date cannot be less than 0. Weeks and months are
    -- numbers that rise by one as well.
    ms -> greatest(toInt32(toDate32(fromUnixTimestamp64Milli(toInt64(ms)), {zone:String})), 0) AS day_of,
    (interval, day) -> multiIf(
        interval = 'day', day,
        interval = 'week', intDiv(day + 3, 7),
        toYear(toDate(toUInt16(day))) * 12 + toMonth(toDate(toUInt16(day))) - 1) AS interval_of,
    (interval, number) -> toDate(toUInt16(multiIf(
        interval = 'day', number,
        interval = 'week', greatest(number * 7 - 3, 0),
        toInt32(makeDate(intDiv(number, 12), number % 12 + 1, 1))))) AS start_of,
    acted AS (
        SELECT member, kind, channel, platform, time, properties,
               toUnixTimestamp64Milli(time) AS ms,
               day_of(toUnixTimestamp64Milli(time)) AS day,
               kind NOT IN ('leave', 'reward', 'violation') AS active,
               kind IN ('post', 'comment', 'answer', 'message', 'react', 'share', 'mention', 'vote', 'attend', 'invite', 'feedback') AS contributing
        FROM rollcall.actions FINAL
        WHERE community = {community:String} AND late = 0)
