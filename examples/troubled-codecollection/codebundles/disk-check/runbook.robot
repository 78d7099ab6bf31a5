*** Settings ***
Documentation    A bundle with mistakes, for the manual.
Metadata         Display Name    Disk Check
Metadata         Supports    Linux

*** Tasks ***
Check Free Space Of Disks
    Log    done
    RETURN    1
