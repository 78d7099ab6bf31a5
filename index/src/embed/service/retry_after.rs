//! How long a service asks to be left alone: `Retry-After` of RFC 9110, and Azure's `retry-after-ms`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What stands in the two headers, as a span from `date` on.
pub(super) fn wait(
    seconds_or_date: Option<&str>,
    milliseconds: Option<&str>,
    date: SystemTime,
) -> Option<Duration> {
    let milliseconds = milliseconds.and_then(|text| number(text, 0.001));
    milliseconds.or_else(|| {
        let text = seconds_or_date?.trim();
        number(text, 1.0).or_else(|| {
            let until = UNIX_EPOCH.checked_add(Duration::from_secs(http_date(text)?))?;
            Some(until.duration_since(date).unwrap_or_default())
        })
    })
}

fn number(text: &str, unit: f64) -> Option<Duration> {
    let text = text.trim();
    if !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return None;
    }
    Duration::try_from_secs_f64(text.parse::<f64>().ok()? * unit).ok()
}

/// Seconds since 1970 of a date such as `Sun, 06 Nov 1994 08:49:37 GMT`.
fn http_date(text: &str) -> Option<u64> {
    let mut words = text.split_ascii_whitespace().skip(1);
    let day: i64 = words.next()?.parse().ok()?;
    let month = words.next()?;
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = 1 + i64::try_from(months.iter().position(|name| *name == month)?).ok()?;
    let year: i64 = words.next()?.parse().ok()?;
    let mut clock = words.next()?.split(':').map(str::parse::<i64>);
    let (hour, minute, second) = (clock.next()?.ok()?, clock.next()?.ok()?, clock.next()?.ok()?);
    let is_sound = words.next() == Some("GMT")
        && (1..=31).contains(&day)
        && (1970..=9999).contains(&year)
        && (0..24).contains(&hour)
        && (0..60).contains(&minute)
        && (0..=60).contains(&second);
    if !is_sound {
        return None;
    }
    u64::try_from(days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second).ok()
}

/// Days since 1970-01-01 of a date of the Gregorian calendar, counted in years that begin in March.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year / 4 - year / 100 + year / 400;
    year * 365 + leap_days + (153 * month + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_seconds_dates_or_milliseconds() {
        let date = UNIX_EPOCH + Duration::from_secs(784_111_777);
        let check = |seconds: Option<&str>, milliseconds: Option<&str>, expected: Option<u64>| {
            let expected = expected.map(Duration::from_millis);
            assert_eq!(wait(seconds, milliseconds, date), expected, "{seconds:?} {milliseconds:?}");
        };
        check(None, None, None);
        check(Some("30"), None, Some(30_000));
        check(Some(" 0 "), None, Some(0));
        check(Some("1.5"), None, Some(1500));
        check(Some("30"), Some("250"), Some(250));
        check(Some("Sun, 06 Nov 1994 08:49:37 GMT"), None, Some(0));
        check(Some("Sun, 06 Nov 1994 08:50:07 GMT"), None, Some(30_000));
        check(Some("Sat, 05 Nov 1994 08:50:07 GMT"), None, Some(0));
        check(Some("soon"), None, None);
        check(Some("-1"), None, None);
        check(Some("inf"), None, None);
        check(Some("99999999999999999999999999"), None, None);
        check(Some("Sun, 06 Nov 1994 08:49 GMT"), None, None);
        check(Some("Sun, 99 Nov 1994 08:49:37 GMT"), None, None);
        check(Some("Sun, 06 Nov 9223372036854775807 08:49:37 GMT"), None, None);
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        let check = |text: &str, expected: u64| assert_eq!(http_date(text), Some(expected), "{text}");
        check("Thu, 01 Jan 1970 00:00:00 GMT", 0);
        check("Thu, 29 Feb 2024 12:00:00 GMT", 1_709_208_000);
        check("Fri, 01 Mar 2024 00:00:00 GMT", 1_709_251_200);
        check("Fri, 31 Dec 2100 23:59:59 GMT", 4_133_980_799);
    }
}
