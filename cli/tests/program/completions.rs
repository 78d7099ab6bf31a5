use crate::workplace::Workplace;

#[test]
fn every_shell_gets_a_script() {
    let place = Workplace::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = place.run(&["completions", shell]).exits(0);
        assert!(ran.stdout.contains("search") && ran.stdout.contains("ccr"), "{shell}");
        assert_eq!(ran.stderr, "");
    }
    place.run(&["completions", "basic"]).exits(2).says(&["bash"]);
}

#[test]
fn help_and_version_are_no_errors() {
    let place = Workplace::new();
    assert!(place.run(&["--version"]).exits(0).stdout.starts_with("ccr "));
    let help = place.run(&["--help"]).exits(0);
    assert!(help.stdout.contains("search") && help.stderr.is_empty());
    let none = place.run(&[]).exits(2);
    assert!(none.stdout.is_empty() && none.stderr.contains("search"));
    place.run(&["frobnicate"]).exits(2).says(&["frobnicate"]);
}
