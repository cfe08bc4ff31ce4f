<#
.SYNOPSIS
Run the end-to-end suite against the deployment on AWS.
#>
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
Set-Location (Split-Path $PSScriptRoot)

& .venv/bin/python -m scripts.aws_test
