SELECT toUnixTimestamp64Milli(maxOrNull(as_of))
FROM rollcall.kols FINAL
WHERE community = {community:String}
  AND toUnixTimestamp64Milli(as_of) <= {now:Int64} - (SELECT max(lateness_ms) FROM rollcall.communities FINAL WHERE community = {community:String})
