<#
.SYNOPSIS
Stop the local cloud and with it every local model server. Its state is kept.
#>
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
Set-Location (Split-Path $PSScriptRoot)

& .venv/bin/python -m local_cloud down
